package dev.errand.server.trigger;

import dev.errand.Errand;
import dev.errand.Json;
import dev.errand.Run;
import dev.errand.TriggerOptions;
import dev.errand.server.call.Answer;
import dev.errand.server.call.Call;
import dev.errand.server.call.Endpoint;
import dev.errand.server.call.Fields;
import dev.errand.server.call.Problem;
import dev.errand.server.call.Route;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Triggers a run of a task that the store knows. When this is answered the run survives whatever dies. */
public final class TriggerTask implements Endpoint {
    private record Triggered(String id, boolean isCached) {}

    private final Errand errand;

    public TriggerTask(Errand errand) {
        this.errand = errand;
    }

    @Override
    public Route route() {
        return Route.post("/api/v1/tasks/{task}/trigger");
    }

    @Override
    public Answer answer(Call call) throws IOException {
        String task = call.parameter("task");
        Fields body = call.json();
        @Nullable Fields options = body.object("options");
        TriggerOptions read = options == null ? TriggerOptions.none() : OptionFields.read(options, task);
        Json payload = Packet.payload(body, options == null ? null : options.text("payloadType"));
        Run<Json> run = triggered(task, payload, read);
        boolean cached = run.isHit() && read.idempotencyKey() != null;
        return Answer.json(new Triggered(run.id().toString(), cached));
    }

    /** Some options are refused only where they meet the task and the clock: a start in two hundred years. */
    private Run<Json> triggered(String task, Json payload, TriggerOptions options) {
        try {
            return errand.trigger(task, payload, options);
        } catch (IllegalArgumentException e) {
            throw Problem.impossible("options", "options: " + e.getMessage());
        }
    }
}
