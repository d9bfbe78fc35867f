package dev.errand.server.runs;

import dev.errand.Errand;
import dev.errand.Json;
import dev.errand.RescheduleAnswer;
import dev.errand.Run;
import dev.errand.RunId;
import dev.errand.server.call.Answer;
import dev.errand.server.call.Asking;
import dev.errand.server.call.Call;
import dev.errand.server.call.Endpoint;
import dev.errand.server.call.Fields;
import dev.errand.server.call.Problem;
import dev.errand.server.call.Route;
import dev.errand.server.wire.RunMembers;
import dev.errand.server.wire.WireTime;
import java.io.IOException;
import java.time.Instant;

/**
 * Moves the start of a run that is DELAYED.
 *
 * <p>An endpoint to learn from. It is made of what it needs of the engine, and is one line in {@code RunRequestEndpoints}. Its route says by what it is
 * asked, and who may. Then: read what was said, and refuse with a {@link Problem} that names the place; ask the engine once; answer. Errors
 * of the engine need no catching: that there is no such run is a 404 by itself. Only what it may say of an argument does, see {@link Asking}.
 * Its test is {@code RescheduleRunTest}.
 */
public final class RescheduleRun implements Endpoint {
    private final Errand errand;

    public RescheduleRun(Errand errand) {
        this.errand = errand;
    }

    @Override
    public Route route() {
        return Route.post("/api/v1/runs/{run}/reschedule");
    }

    @Override
    public Answer answer(Call call) throws IOException {
        Run<Json> run = errand.run(call.parameter("run", RunId::of));
        Fields body = call.json();
        Instant due = due(body);
        if (Asking.orMalformed("delay", () -> run.reschedule(due)) != RescheduleAnswer.RESCHEDULED) {
            throw Problem.impossible("", "Run %s is not DELAYED any more".formatted(run.id()));
        }
        return Answer.json(new RunMembers(errand).all(run.info()));
    }

    private Instant due(Fields body) {
        Instant now = errand.now();
        Instant due = Asking.orMalformed("delay", () -> WireTime.instantOrDelay(body.someText("delay"), now));
        if (due.isBefore(now)) {
            throw body.refused("delay", "it lies in the past");
        }
        return due;
    }
}
