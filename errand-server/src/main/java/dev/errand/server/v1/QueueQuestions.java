package dev.errand.server.v1;

import dev.errand.Errand;
import dev.errand.Limits;
import dev.errand.QueueInfo;
import dev.errand.QueueLine;
import dev.errand.Queues;
import dev.errand.server.call.Asking;
import dev.errand.server.call.Call;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Queues, and what holds them back. Each request answers with the queue as it is then. */
final class QueueQuestions {
    private static final String QUEUE = "/queues/{queue}";

    /** A line in which runs wait. */
    record Waiting(
            String task, @Nullable String queue, @Nullable String key, long waiting, Instant since, Duration waited) {}

    private QueueQuestions() {}

    static List<Question> of(Errand errand) {
        Queues queues = errand.queues();
        return List.of(
                Question.get("/queues", call -> Question.whole(queues.list())),
                Question.get("/limits", call -> Question.whole(waiting(errand, call))),
                Question.get(QUEUE, call -> queues.get(call.parameter("queue"))),
                Question.post(QUEUE + "/pause", call -> changed(queues, call, Queues::pause)),
                Question.post(QUEUE + "/resume", call -> changed(queues, call, Queues::resume)),
                Question.put(QUEUE + "/limits", call -> limited(queues, call)),
                Question.delete(QUEUE + "/limits", call -> changed(queues, call, Queues::reset)));
    }

    private static List<Waiting> waiting(Errand errand, Call call) {
        Instant now = errand.now();
        return errand.queues().lines(call.query().number("limit", 1, 1_000, 100)).stream()
                .map(line -> new Waiting(
                        line.task(), line.queue(), line.key(), line.waiting(), line.since(), waited(line, now)))
                .toList();
    }

    private static Duration waited(QueueLine line, Instant now) {
        Duration waited = Duration.between(line.since(), now);
        return waited.isNegative() ? Duration.ZERO : waited;
    }

    private static QueueInfo changed(Queues queues, Call call, BiConsumer<Queues, String> change) {
        String name = call.parameter("queue");
        change.accept(queues, name);
        return queues.get(name);
    }

    private static QueueInfo limited(Queues queues, Call call) throws IOException {
        Limits limits = Bodies.read(call.json().only("limits"), "limits", Limits.class);
        return Asking.orImpossible("limits", () -> changed(queues, call, (each, name) -> each.limit(name, limits)));
    }
}
