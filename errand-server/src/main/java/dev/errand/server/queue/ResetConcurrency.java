package dev.errand.server.queue;

import dev.errand.Errand;
import dev.errand.server.call.Answer;
import dev.errand.server.call.Call;
import dev.errand.server.call.Endpoint;
import dev.errand.server.call.Route;
import java.io.IOException;

/** Lets as many runs of a queue execute at a time as was declared. */
public final class ResetConcurrency implements Endpoint {
    private final Errand errand;

    public ResetConcurrency(Errand errand) {
        this.errand = errand;
    }

    @Override
    public Route route() {
        return Route.post("/api/v1/queues/" + AskedQueue.PARAMETER + "/concurrency/reset");
    }

    @Override
    public Answer answer(Call call) throws IOException {
        return AskedQueue.of(errand, call, call.json().text("type"))
                .after((queues, name) -> queues.limitConcurrency(name, null));
    }
}
