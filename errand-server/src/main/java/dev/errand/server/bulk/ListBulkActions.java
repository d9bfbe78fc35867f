package dev.errand.server.bulk;

import dev.errand.BulkAction;
import dev.errand.Errand;
import dev.errand.Page;
import dev.errand.server.call.Answer;
import dev.errand.server.call.Call;
import dev.errand.server.call.Endpoint;
import dev.errand.server.call.Route;
import dev.errand.server.wire.CursorPage;

/** All bulk actions, newest first, a page at a time. */
final class ListBulkActions implements Endpoint {
    private final Errand errand;

    ListBulkActions(Errand errand) {
        this.errand = errand;
    }

    @Override
    public Route route() {
        return Route.get(BulkMembers.PATH);
    }

    @Override
    public Answer answer(Call call) {
        CursorPage page = CursorPage.read(call.query());
        Page<BulkAction> actions = errand.operations().bulk().list(page.after(), page.size());
        return Answer.json(
                CursorPage.answer(actions.items().stream().map(BulkMembers::of).toList(), actions.cursor(), null));
    }
}
