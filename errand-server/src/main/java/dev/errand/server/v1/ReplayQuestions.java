package dev.errand.server.v1;

import dev.errand.Errand;
import dev.errand.Json;
import dev.errand.ReplayOptions;
import dev.errand.Run;
import dev.errand.RunId;
import dev.errand.TriggerOptions;
import dev.errand.server.call.Asking;
import dev.errand.server.call.Call;
import dev.errand.server.call.Fields;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Replays with other options: they are asked for, changed by whoever asks, and brought along as a whole. */
final class ReplayQuestions {
    private static final String PATH = "/runs/{run}/replays";

    private record Replayed(RunId id, boolean isHit) {}

    private ReplayQuestions() {}

    static List<Question> of(Errand errand) {
        return List.of(
                Question.get(PATH, call -> options(errand, call)), Question.post(PATH, call -> replayed(errand, call)));
    }

    private static Run<Json> run(Errand errand, Call call) {
        return errand.run(call.parameter("run", RunId::of));
    }

    /** The engine tells them to whoever changes them, which is when it is left. */
    private static final class Told extends RuntimeException {
        private final transient TriggerOptions options;

        Told(TriggerOptions options) {
            super("told", null, false, false);
            this.options = options;
        }
    }

    private static TriggerOptions options(Errand errand, Call call) {
        boolean byTask = "true".equals(call.query().text("queuedByTask"));
        ReplayOptions all = byTask ? ReplayOptions.none().queuedByTask() : ReplayOptions.none();
        try {
            Run<Json> never = run(errand, call).replay(all.with(options -> {
                throw new Told(options);
            }));
            throw new IllegalStateException("replayed as " + never.id() + " without a word");
        } catch (Told told) {
            return told.options;
        }
    }

    private static Replayed replayed(Errand errand, Call call) throws IOException {
        Fields body = call.json().only("payload", "isOtherPayload", "queuedByTask", "options", "requestKey");
        ReplayOptions options = said(body, Bodies.json(body, "options") == null ? null : options(body));
        Run<Json> run = run(errand, call);
        Run<Json> again = Asking.orImpossible("options", () -> run.replay(options));
        return new Replayed(again.id(), again.isHit());
    }

    private static TriggerOptions options(Fields body) {
        return Bodies.read(body, "options", TriggerOptions.class);
    }

    private static ReplayOptions said(Fields body, @Nullable TriggerOptions other) {
        ReplayOptions options = ReplayOptions.none();
        if (Boolean.TRUE.equals(body.flag("isOtherPayload"))) {
            options = options.payload(Bodies.json(body, "payload"));
        }
        if (Boolean.TRUE.equals(body.flag("queuedByTask"))) {
            options = options.queuedByTask();
        }
        if (other != null) {
            options = options.with(before -> other);
        }
        String request = body.text("requestKey");
        return request == null ? options : options.with(before -> before.requestKey(request));
    }
}
