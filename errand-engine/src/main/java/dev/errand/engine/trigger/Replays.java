package dev.errand.engine.trigger;

import dev.errand.Json;
import dev.errand.ReplayOptions;
import dev.errand.RunInfo;
import dev.errand.TriggerOptions;
import dev.errand.engine.json.Codec;
import dev.errand.store.NewRun;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** Makes runs that repeat others, checked by what the task is today. Stores nothing. */
public final class Replays {
    /** A run about to be stored, and what it was made by. */
    public record Made(NewRun run, TriggerOptions options) {}

    private final Triggers triggers;
    private final Codec codec;

    public Replays(Triggers triggers, Codec codec) {
        this.triggers = triggers;
        this.codec = codec;
    }

    /**
     * A new run like another.
     *
     * @param metadata what the trigger of the other one said; null for none
     */
    public Made of(RunInfo run, @Nullable String metadata, ReplayOptions options) {
        TriggerOptions changed = options.change().apply(copied(run, metadata, options.inOwnQueue()));
        Object payload = options.isOtherPayload() ? options.payload() : run.payload();
        NewRun made = triggers.run(run.task(), payload == null ? Json.NULL : payload, changed, null);
        return new Made(made.repeating(run.id()), changed);
    }

    /** Neither its key, nor its delay, nor its time to live. */
    private TriggerOptions copied(RunInfo run, @Nullable String metadata, boolean inOwnQueue) {
        TriggerOptions options = TriggerOptions.none()
                .tags(run.tags().toArray(String[]::new))
                .priority(run.priority())
                .metadata(metadata(metadata));
        options = with(options, run.name(), TriggerOptions::name);
        options = with(options, run.maxAttempts(), TriggerOptions::attempts);
        options = with(options, inOwnQueue ? null : run.queue(), TriggerOptions::queue);
        options = with(options, run.concurrencyKey(), TriggerOptions::concurrencyKey);
        options = with(options, run.machine(), TriggerOptions::machine);
        options = with(options, run.maxDuration(), TriggerOptions::maxDuration);
        options = with(
                options,
                run.timeout(),
                (all, limit) -> run.timeoutFrom() == null ? all.timeout(limit) : all.timeout(limit, run.timeoutFrom()));
        return run.test() ? options.asTest() : options;
    }

    private Map<String, Object> metadata(@Nullable String json) {
        Map<String, Object> metadata = codec.map(json);
        metadata.values().removeIf(Objects::isNull);
        return metadata;
    }

    private static <T> TriggerOptions with(
            TriggerOptions options, @Nullable T value, BiFunction<TriggerOptions, T, TriggerOptions> change) {
        return value == null ? options : change.apply(options, value);
    }
}
