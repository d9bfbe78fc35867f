package dev.errand.engine.attempt;

import dev.errand.Task;
import dev.errand.engine.isolation.Messages;
import dev.errand.engine.json.Codec;
import dev.errand.engine.json.UnfitException;
import dev.errand.spi.TaskPlace;
import dev.errand.store.Claim;
import org.jspecify.annotations.Nullable;

/** What a child is told of its attempt: a job as JSON, a zero byte, the payload. */
final class Jobs {
    private Jobs() {}

    static byte[] write(Attempt attempt, Task<?, ?> task) {
        Claim claim = attempt.claim();
        TaskPlace place = task.place();
        if (place == null) {
            throw new IllegalStateException("a child process cannot find the code of task " + task.id());
        }
        Messages.Job job = new Messages.Job(
                place.finder().getName(),
                place.text(),
                task.id(),
                claim.run().toString(),
                claim.name(),
                claim.tags(),
                claim.attempt(),
                claim.createdAt(),
                claim.metadata(),
                claim.options().maxAttempts(),
                task.options().arguments(),
                Messages.Policy.of(attempt.verdicts().retry()),
                attempt.verdicts().random(),
                attempt.hooks().stream()
                        .map(hooks -> hooks.getClass().getName())
                        .toList(),
                attempt.maxOutput(),
                attempt.effectValidation());
        return new Parts(json(attempt.codec(), job), claim.payload()).frame();
    }

    static byte[] json(Codec codec, Object message) {
        try {
            return codec.write(message);
        } catch (UnfitException e) {
            throw new IllegalArgumentException(e.reason(), e);
        }
    }

    static <T> T read(Codec codec, byte[] json, Class<T> type) {
        try {
            @Nullable Object value = codec.read(json, type);
            return type.cast(java.util.Objects.requireNonNull(value));
        } catch (UnfitException e) {
            throw new IllegalStateException("a message between a node and its child cannot be read: " + e.reason(), e);
        }
    }
}
