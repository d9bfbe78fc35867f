package dev.errand.client;

import dev.errand.Json;
import dev.errand.RunFailedException;
import dev.errand.RunId;
import dev.errand.RunInfo;
import dev.errand.RunResult;
import dev.errand.RunState;
import dev.errand.json.ValueJson;
import java.lang.reflect.Type;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** How runs have ended, as those who wait for them read it. */
final class Results {
    private Results() {}

    /** @throws IllegalStateException if the output does not fit the type */
    @SuppressWarnings({"unchecked", "NullAway"}) // whether null fits is for O to say
    static <O extends @Nullable Object> RunResult<O> of(RunInfo info, Type type) {
        if (!info.state().isTerminal()) {
            return new RunResult.Unfinished<>(info.id(), info.state());
        }
        if (info.state() != RunState.COMPLETED) {
            return new RunResult.Unsuccessful<>(error(info));
        }
        Json output = Objects.requireNonNullElse(info.output(), Json.NULL);
        return new RunResult.Completed<>(
                info.id(), (O) fitting("The stored output of task " + info.task(), output, type));
    }

    private static RunFailedException error(RunInfo info) {
        String reason = Objects.requireNonNullElse(info.reason(), info.state().name());
        return new RunFailedException(
                info.id(),
                info.task(),
                info.state(),
                reason,
                info.failure(),
                (json, type) -> fitting("The data of an error of task " + info.task(), json, type));
    }

    /** Of a run that nobody knows any more. */
    static <O extends @Nullable Object> RunResult<O> deleted(RunId run) {
        return new RunResult.Unsuccessful<>(new RunFailedException(
                run, "(deleted)", RunState.CANCELED, "it was deleted", null, (json, type) -> null));
    }

    /**
     * Reads what is stored.
     *
     * @param what for the message
     * @throws IllegalStateException if it does not fit the type
     */
    static @Nullable Object fitting(String what, Json json, Type type) {
        try {
            return ValueJson.read(json, type);
        } catch (ValueJson.UnfitException e) {
            throw new IllegalStateException(
                    "%s does not fit %s%s: %s"
                            .formatted(
                                    what, type.getTypeName(), e.path().isEmpty() ? "" : " at " + e.path(), e.reason()),
                    e);
        }
    }
}
