package dev.errand.server.health;

import dev.errand.server.call.Answer;
import dev.errand.server.call.Call;
import dev.errand.server.call.Endpoint;
import dev.errand.server.call.Route;

/** Whether the process answers at all: one that does not is best started anew. */
public final class Live implements Endpoint {
    private record Status(String status) {}

    @Override
    public Route route() {
        return Route.get("/health/live").open();
    }

    @Override
    public Answer answer(Call call) {
        return Answer.json(new Status("live"));
    }
}
