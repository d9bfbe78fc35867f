package dev.errand.server.bulk;

import dev.errand.Errand;
import dev.errand.server.call.Answer;
import dev.errand.server.call.Call;
import dev.errand.server.call.Endpoint;
import dev.errand.server.call.Route;

/** How far a bulk action is. */
final class RetrieveBulkAction implements Endpoint {
    private final Errand errand;

    RetrieveBulkAction(Errand errand) {
        this.errand = errand;
    }

    @Override
    public Route route() {
        return Route.get(BulkMembers.PATH + "/{action}");
    }

    @Override
    public Answer answer(Call call) {
        return BulkMembers.answer(errand.operations().bulk().find(call.parameter("action")));
    }
}
