package dev.errand.json;

import dev.errand.BatchId;
import dev.errand.BatchNotFoundException;
import dev.errand.InvalidPayloadException;
import dev.errand.KeyConflictException;
import dev.errand.MetadataTooLargeException;
import dev.errand.QueueFullException;
import dev.errand.QueueNotFoundException;
import dev.errand.RunId;
import dev.errand.RunNotFoundException;
import dev.errand.ScheduleNotFoundException;
import dev.errand.StepNotFoundException;
import dev.errand.TaskNotFoundException;
import dev.errand.TokenId;
import dev.errand.TokenNotFoundException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An error of the API as a server tells it besides the words: its kind and its facts, of which whoever asked makes the same error again. What
 * it is not about is null, or empty.
 *
 * @param type the simple name of its class
 * @param name the text by which something was asked for: a task's, a queue's, a step's, a key
 * @param task a task's id, where that is not the name
 * @param similar names that may have been meant, or that there are
 * @param at where in a payload
 * @param reason what is wrong there
 * @param limit how much is taken
 * @param size how much there was
 */
public record ErrorCause(
        String type,
        @Nullable RunId run,
        @Nullable BatchId batch,
        @Nullable TokenId token,
        @Nullable String name,
        @Nullable String task,
        List<String> similar,
        @Nullable String at,
        @Nullable String reason,
        @Nullable Integer limit,
        @Nullable Integer size) {
    public ErrorCause {
        similar = List.copyOf(similar);
    }

    /** Empty for one that no question to a server ends with. */
    public static Optional<ErrorCause> of(RuntimeException error) {
        return Optional.ofNullable(cause(error, error.getClass().getSimpleName()));
    }

    private static @Nullable ErrorCause cause(RuntimeException error, String type) {
        return switch (error) {
            case RunNotFoundException none -> about(type, none.run());
            case BatchNotFoundException none ->
                new ErrorCause(type, null, none.batch(), null, null, null, List.of(), null, null, null, null);
            case TokenNotFoundException none ->
                new ErrorCause(type, null, null, none.token(), null, null, List.of(), null, null, null, null);
            case TaskNotFoundException none -> named(type, null, none.task(), none.similar());
            case ScheduleNotFoundException none -> named(type, null, none.key(), none.similar());
            case StepNotFoundException none -> named(type, none.run(), none.step(), none.kept());
            case QueueNotFoundException none -> named(type, null, none.queue(), List.of());
            case KeyConflictException key ->
                new ErrorCause(type, key.run(), null, null, key.key(), key.task(), List.of(), null, null, null, null);
            case QueueFullException full ->
                new ErrorCause(
                        type,
                        null,
                        null,
                        null,
                        full.queue(),
                        null,
                        List.of(),
                        null,
                        null,
                        full.maxPending(),
                        full.pending());
            case InvalidPayloadException payload ->
                new ErrorCause(
                        type,
                        null,
                        null,
                        null,
                        null,
                        payload.task(),
                        List.of(),
                        payload.path(),
                        payload.reason(),
                        null,
                        null);
            case MetadataTooLargeException large ->
                new ErrorCause(
                        type,
                        large.run(),
                        null,
                        null,
                        null,
                        null,
                        List.of(),
                        null,
                        null,
                        MetadataTooLargeException.MOST,
                        large.size());
            default -> null;
        };
    }

    private static ErrorCause about(String type, RunId run) {
        return named(type, run, null, List.of());
    }

    private static ErrorCause named(String type, @Nullable RunId run, @Nullable String name, List<String> similar) {
        return new ErrorCause(type, run, null, null, name, null, similar, null, null, null, null);
    }

    /** The error; empty if it is one that is not known here, or lacks something: a newer server's. */
    public Optional<RuntimeException> error() {
        try {
            return Optional.ofNullable(made());
        } catch (IllegalArgumentException lacking) {
            return Optional.empty();
        }
    }

    private @Nullable RuntimeException made() {
        return switch (type) {
            case "RunNotFoundException" -> new RunNotFoundException(there(run));
            case "BatchNotFoundException" -> new BatchNotFoundException(there(batch));
            case "TokenNotFoundException" -> new TokenNotFoundException(there(token));
            case "TaskNotFoundException" -> new TaskNotFoundException(there(name), similar);
            case "ScheduleNotFoundException" -> new ScheduleNotFoundException(there(name), similar);
            case "StepNotFoundException" -> new StepNotFoundException(there(run), there(name), similar);
            case "QueueNotFoundException" -> new QueueNotFoundException(there(name));
            case "KeyConflictException" -> new KeyConflictException(there(task), there(name), there(run));
            case "QueueFullException" -> new QueueFullException(there(name), there(limit), there(size));
            case "InvalidPayloadException" -> new InvalidPayloadException(there(task), there(at), there(reason));
            case "MetadataTooLargeException" -> new MetadataTooLargeException(there(run), there(size));
            default -> null;
        };
    }

    private static <T> T there(@Nullable T fact) {
        if (fact == null) {
            throw new IllegalArgumentException("a fact is missing");
        }
        return fact;
    }
}
