package dev.errand.server.queue;

import dev.errand.Errand;
import dev.errand.server.call.Answer;
import dev.errand.server.call.Call;
import dev.errand.server.call.Endpoint;
import dev.errand.server.call.Fields;
import dev.errand.server.call.Route;
import java.io.IOException;

/** Sets how many runs of a queue may execute at a time instead of what was declared. Its other limits stay as they are. */
public final class OverrideConcurrency implements Endpoint {
    private static final String LIMIT = "concurrencyLimit";
    private static final int MOST = 100_000;

    private final Errand errand;

    public OverrideConcurrency(Errand errand) {
        this.errand = errand;
    }

    @Override
    public Route route() {
        return Route.post("/api/v1/queues/" + AskedQueue.PARAMETER + "/concurrency/override");
    }

    /** What is said of how many may execute. */
    static int limit(Fields body) {
        Integer limit = body.wholeNumber(LIMIT, 0, MOST);
        if (limit == null) {
            throw body.refused(LIMIT, "a whole number from 0 to %d is needed, and missing".formatted(MOST));
        }
        return limit;
    }

    @Override
    public Answer answer(Call call) throws IOException {
        Fields body = call.json();
        int limit = limit(body);
        return AskedQueue.of(errand, call, body.text("type"))
                .after((queues, name) -> queues.limitConcurrency(name, limit));
    }
}
