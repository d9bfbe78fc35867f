package dev.errand.engine.json;

import dev.errand.Failure;
import dev.errand.Json;
import dev.errand.RunFailedException;
import dev.errand.RunId;
import dev.errand.RunResult;
import dev.errand.RunState;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** How runs have ended, as those who wait for them read it. */
public final class Results {
    private final Codec codec;

    public Results(Codec codec) {
        this.codec = codec;
    }

    /**
     * A run that completed.
     *
     * @param output JSON in UTF-8; null as JSON's null
     * @throws IllegalStateException if it does not fit the type
     */
    @SuppressWarnings({"unchecked", "NullAway"}) // whether null fits is for O to say
    public <O extends @Nullable Object> RunResult<O> completed(
            RunId run, String task, byte @Nullable [] output, Type type) {
        byte[] json = output == null ? Json.NULL.text().getBytes(StandardCharsets.UTF_8) : output;
        return new RunResult.Completed<>(run, (O) read("The stored output", json, type, task));
    }

    /** A run that ended otherwise. */
    public <O extends @Nullable Object> RunResult<O> unsuccessful(
            RunId run, String task, RunState state, @Nullable String reason, @Nullable Failure failure) {
        String why = reason == null ? state.name() : reason;
        return new RunResult.Unsuccessful<>(new RunFailedException(
                run,
                task,
                state,
                why,
                failure,
                (json, type) ->
                        read("The data of an error", json.text().getBytes(StandardCharsets.UTF_8), type, task)));
    }

    /** A run that nobody knows any more. */
    public <O extends @Nullable Object> RunResult<O> deleted(RunId run, String task) {
        return unsuccessful(run, task, RunState.CANCELED, "it was deleted", null);
    }

    private @Nullable Object read(String what, byte[] json, Type type, String task) {
        try {
            return codec.read(json, type);
        } catch (UnfitException e) {
            throw new IllegalStateException(
                    "%s of task %s does not fit %s%s: %s"
                            .formatted(
                                    what,
                                    task,
                                    type.getTypeName(),
                                    e.path().isEmpty() ? "" : " at " + e.path(),
                                    e.reason()),
                    e);
        }
    }
}
