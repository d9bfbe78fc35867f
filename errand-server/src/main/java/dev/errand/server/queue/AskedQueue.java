package dev.errand.server.queue;

import dev.errand.Errand;
import dev.errand.QueueNotFoundException;
import dev.errand.Queues;
import dev.errand.TaskQueue;
import dev.errand.server.call.Answer;
import dev.errand.server.call.Call;
import dev.errand.server.call.Problem;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** The queue that a request is about. */
final class AskedQueue {
    /** Where a route has it. */
    static final String PARAMETER = "{queue}";

    private final Queues queues;
    private final String name;

    private AskedQueue(Queues queues, String name) {
        this.queues = queues;
        this.name = name;
    }

    /**
     * The one that stands in the path.
     *
     * @param type what stands there: {@code id}, or the name of a {@code task} or of a {@code custom} queue; null for an id
     */
    static AskedQueue of(Errand errand, Call call, @Nullable String type) {
        String text = decodedAgain(call.parameter("queue"));
        String name = switch (type == null ? "id" : type) {
            case "id" -> QueueId.name(text);
            case "custom" -> text;
            case "task" -> text.startsWith(TaskQueue.OF_TASK) ? text : TaskQueue.OF_TASK + text;
            default -> throw Problem.malformed("type", "id, task or custom is needed");
        };
        if (name.indexOf('\0') >= 0) {
            throw unknown();
        }
        return new AskedQueue(errand.queues(), name);
    }

    /** Clients encode names twice. No name has a character in it that would read otherwise for those who do so once. */
    private static String decodedAgain(String text) {
        try {
            return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw unknown();
        }
    }

    /** How it reads. */
    Answer answer() {
        return after((all, one) -> {});
    }

    /** How it reads once something was done with it. */
    Answer after(BiConsumer<Queues, String> change) {
        try {
            change.accept(queues, name);
            return Answer.json(QueueMembers.of(queues.get(name)));
        } catch (QueueNotFoundException e) {
            throw unknown();
        }
    }

    /** 404, in the word that clients know. */
    static Problem unknown() {
        return Problem.notFound("queue-not-found");
    }
}
