package dev.errand.server.key;

import dev.errand.Errand;
import dev.errand.IdempotencyKey;
import dev.errand.server.call.Answer;
import dev.errand.server.call.Call;
import dev.errand.server.call.Endpoint;
import dev.errand.server.call.Problem;
import dev.errand.server.call.Route;
import java.io.IOException;

/** Frees an idempotency key of a task, so that the next trigger with it makes a new run. */
public final class ResetKey implements Endpoint {
    private record Freed(String id) {}

    private final Errand errand;

    public ResetKey(Errand errand) {
        this.errand = errand;
    }

    @Override
    public Route route() {
        return Route.post("/api/v1/idempotencyKeys/{key}/reset").alsoTokens();
    }

    @Override
    public Answer answer(Call call) throws IOException {
        call.caller().require("write", "runs", "");
        String task = call.json().someText("taskIdentifier");
        String key = call.parameter("key");
        if (key.length() > IdempotencyKey.LONGEST || !errand.resetKey(task, key)) {
            throw Problem.notFound("No run of task %s holds this key".formatted(task));
        }
        return Answer.json(new Freed(key));
    }
}
