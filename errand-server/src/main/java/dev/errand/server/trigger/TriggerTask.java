package dev.errand.server.trigger;

import dev.errand.Errand;
import dev.errand.Json;
import dev.errand.Run;
import dev.errand.TriggerOptions;
import dev.errand.server.call.Answer;
import dev.errand.server.call.Asking;
import dev.errand.server.call.Call;
import dev.errand.server.call.Endpoint;
import dev.errand.server.call.Route;
import dev.errand.server.wire.RequestKey;
import dev.errand.server.wire.TriggerFields;
import java.io.IOException;
import java.time.Duration;

/** Triggers a run of a task that the store knows. When this is answered the run survives whatever dies. */
public final class TriggerTask implements Endpoint {
    private static final Duration GRANT = Duration.ofHours(1);

    private record Triggered(String id, boolean isCached) {}

    private final Errand errand;

    public TriggerTask(Errand errand) {
        this.errand = errand;
    }

    @Override
    public Route route() {
        return Route.post("/api/v1/tasks/{task}/trigger").alsoTokens();
    }

    @Override
    public Answer answer(Call call) throws IOException {
        String task = call.parameter("task");
        call.caller().require("trigger", "tasks", task);
        TriggerFields trigger = TriggerFields.read(call.json(), task, errand.blobs());
        TriggerOptions options = options(call, trigger);
        // Some are refused only where they meet the task and the clock: a start in two hundred years.
        Run<Json> run = Asking.orImpossible("options", () -> errand.trigger(task, trigger.payload(), options));
        boolean cached = run.isHit() && options.idempotencyKey() != null;
        Answer answer = Answer.json(new Triggered(run.id().toString(), cached));
        return call.caller().granting(answer, GRANT, "read:runs:" + run.id());
    }

    private static TriggerOptions options(Call call, TriggerFields trigger) {
        String request = RequestKey.of(call);
        return request == null ? trigger.options() : trigger.options().requestKey(request);
    }
}
