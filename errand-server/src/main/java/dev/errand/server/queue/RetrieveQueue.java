package dev.errand.server.queue;

import dev.errand.Errand;
import dev.errand.server.call.Answer;
import dev.errand.server.call.Call;
import dev.errand.server.call.Endpoint;
import dev.errand.server.call.Route;

/** A queue: its limit, whether it is paused, how many of its runs execute and wait. */
public final class RetrieveQueue implements Endpoint {
    private final Errand errand;

    public RetrieveQueue(Errand errand) {
        this.errand = errand;
    }

    @Override
    public Route route() {
        return Route.get("/api/v1/queues/" + AskedQueue.PARAMETER);
    }

    @Override
    public Answer answer(Call call) {
        return AskedQueue.of(errand, call, call.query().text("type")).answer();
    }
}
