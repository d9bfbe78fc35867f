package dev.errand.server.v1;

import dev.errand.Errand;
import dev.errand.Json;
import dev.errand.Run;
import dev.errand.RunId;
import dev.errand.server.call.Asking;
import dev.errand.server.call.Call;
import dev.errand.server.call.Fields;
import dev.errand.server.v1.Question.Answered;
import java.io.IOException;
import java.time.Instant;
import java.util.List;

/** What runs are asked to do. What cannot be done any more is told by a word, not an error: the engine's answers. */
final class RunRequests {
    private record Named(RunId id) {}

    private RunRequests() {}

    static List<Question> of(Errand errand) {
        return List.of(
                Question.post("/runs/{run}/cancel", call -> new Answered(cancel(errand, call))),
                Question.post("/runs/{run}/retry", call -> new Answered(retry(errand, call))),
                Question.post("/runs/{run}/replay", call -> new Named(replay(errand, call))),
                Question.post("/runs/{run}/reschedule", call -> new Answered(reschedule(errand, call))),
                Question.post("/runs/{run}/signals", call -> new Answered(signal(errand, call))),
                Question.delete("/runs/{run}", call -> new Answered(purge(errand, call))));
    }

    private static Run<Json> run(Errand errand, Call call) {
        return errand.run(call.parameter("run", RunId::of));
    }

    private static Enum<?> cancel(Errand errand, Call call) throws IOException {
        String reason = call.json().only("reason").text("reason");
        Run<Json> run = run(errand, call);
        return run.cancel(reason == null ? "canceled by " + call.caller().name() : reason);
    }

    private static Enum<?> retry(Errand errand, Call call) throws IOException {
        Boolean force = call.json().only("force").flag("force");
        Run<Json> run = run(errand, call);
        return Boolean.TRUE.equals(force) ? run.forceRetry() : run.retry();
    }

    private static RunId replay(Errand errand, Call call) throws IOException {
        String from = call.json().only("from").text("from");
        Run<Json> run = run(errand, call);
        return Asking.orImpossible("from", () -> from == null ? run.replay() : run.replayFrom(from))
                .id();
    }

    private static Enum<?> reschedule(Errand errand, Call call) throws IOException {
        Fields body = call.json().only("at");
        Instant due = Bodies.time(body, "at");
        Run<Json> run = run(errand, call);
        return Asking.orMalformed("at", () -> run.reschedule(due));
    }

    private static Enum<?> signal(Errand errand, Call call) throws IOException {
        Fields body = call.json().only("name", "value");
        String name = body.someText("name");
        RunId run = call.parameter("run", RunId::of);
        return Asking.orMalformed("name", () -> errand.signal(run, name, Bodies.json(body, "value")));
    }

    private static Enum<?> purge(Errand errand, Call call) {
        Run<Json> run = run(errand, call);
        return "true".equals(call.query().text("force")) ? run.forcePurge() : run.purge();
    }
}
