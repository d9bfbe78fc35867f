package dev.errand.server.v1;

import dev.errand.Errand;
import dev.errand.Limits;
import dev.errand.QueueInfo;
import dev.errand.Queues;
import dev.errand.server.call.Asking;
import dev.errand.server.call.Call;
import java.io.IOException;
import java.util.List;
import java.util.function.BiConsumer;

/** Queues, and what holds them back. Each request answers with the queue as it is then. */
final class QueueQuestions {
    private static final String QUEUE = "/queues/{queue}";

    private QueueQuestions() {}

    static List<Question> of(Errand errand) {
        Queues queues = errand.queues();
        return List.of(
                Question.get("/queues", call -> Question.whole(queues.list())),
                Question.get(QUEUE, call -> queues.get(call.parameter("queue"))),
                Question.post(QUEUE + "/pause", call -> changed(queues, call, Queues::pause)),
                Question.post(QUEUE + "/resume", call -> changed(queues, call, Queues::resume)),
                Question.put(QUEUE + "/limits", call -> limited(queues, call)),
                Question.delete(QUEUE + "/limits", call -> changed(queues, call, Queues::reset)));
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
