package dev.errand.server.bulk;

import dev.errand.Errand;
import dev.errand.server.call.Answer;
import dev.errand.server.call.Call;
import dev.errand.server.call.Endpoint;
import dev.errand.server.call.Route;

/** Breaks a bulk action off. One that has ended stays as it is. */
final class AbortBulkAction implements Endpoint {
    private final Errand errand;

    AbortBulkAction(Errand errand) {
        this.errand = errand;
    }

    @Override
    public Route route() {
        return Route.post(BulkMembers.PATH + "/{action}/abort");
    }

    @Override
    public Answer answer(Call call) {
        String id = call.parameter("action");
        errand.operations().bulk().abort(id);
        return BulkMembers.answer(errand.operations().bulk().find(id));
    }
}
