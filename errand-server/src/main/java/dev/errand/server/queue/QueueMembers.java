package dev.errand.server.queue;

import dev.errand.Limits;
import dev.errand.QueueInfo;
import dev.errand.TaskQueue;
import dev.errand.server.call.Members;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How a queue reads. */
final class QueueMembers {
    private QueueMembers() {}

    static Map<String, @Nullable Object> of(QueueInfo queue) {
        boolean ofTask = queue.name().startsWith(TaskQueue.OF_TASK);
        return Members.of("id", QueueId.of(queue.name()))
                .put("name", ofTask ? queue.name().substring(TaskQueue.OF_TASK.length()) : queue.name())
                .put("type", ofTask ? "task" : "custom")
                .put("running", queue.claimed())
                .put("queued", queue.waiting())
                .put("paused", queue.paused())
                .putNullable("concurrencyLimit", queue.limits().concurrency())
                .put("concurrency", concurrency(queue))
                .map();
    }

    /** Nobody keeps when it was overridden, and by whom. */
    private static Map<String, @Nullable Object> concurrency(QueueInfo queue) {
        Limits override = queue.override();
        return Members.of("current", null)
                .putNullable("current", queue.limits().concurrency())
                .putNullable("base", queue.base().lifted().concurrency())
                .putNullable("override", override == null ? null : override.concurrency())
                .putNullable("overriddenAt", null)
                .putNullable("overriddenBy", null)
                .map();
    }
}
