package dev.errand.cli.trigger;

import dev.errand.Debounce;
import dev.errand.IdempotencyKey;
import dev.errand.TriggerOptions;
import dev.errand.cli.console.DurationText;
import dev.errand.cli.console.UsageException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What makes several triggers one run. */
final class KeyArguments {
    /** Which payload a debounced run gets. */
    enum DebounceMode {
        LEADING,
        TRAILING
    }

    @Option(
            names = "--idempotency-key",
            paramLabel = "KEY",
            description = "Trigger once for this key: again, it answers with the first run.")
    private @Nullable String key;

    @Option(
            names = "--key-ttl",
            paramLabel = "DURATION",
            converter = DurationText.class,
            description = "How long the key is held; 30d by default.")
    private @Nullable Duration keyTtl;

    @Option(names = "--key-strict", description = "Refuse another payload under a key that is held.")
    private boolean keyStrict;

    @Option(
            names = "--debounce",
            paramLabel = "KEY",
            description = "Start once --delay has passed without a trigger of this key.")
    private @Nullable String debounce;

    @Option(
            names = "--debounce-max",
            paramLabel = "DURATION",
            converter = DurationText.class,
            description = "Start at the latest so long after the key's first trigger.")
    private @Nullable Duration debounceMax;

    @Option(
            names = "--debounce-mode",
            paramLabel = "MODE",
            description = "Whose payload the run gets: leading (the first's, by default) or trailing (the last's).")
    private @Nullable DebounceMode debounceMode;

    /** Whether several triggers may come to one run. */
    boolean any() {
        return key != null || debounce != null;
    }

    boolean debounces() {
        return debounce != null;
    }

    /** @param delay the debounce delay; null for none */
    TriggerOptions apply(TriggerOptions options, @Nullable Duration delay) {
        return debounced(idempotent(options), delay);
    }

    private TriggerOptions idempotent(TriggerOptions options) {
        if (key == null) {
            if (keyTtl != null || keyStrict) {
                throw new UsageException((keyTtl != null ? "--key-ttl" : "--key-strict") + " needs --idempotency-key");
            }
            return options;
        }
        IdempotencyKey once = IdempotencyKey.of(key);
        once = keyTtl == null ? once : once.life(keyTtl);
        return options.idempotencyKey(keyStrict ? once.strict() : once);
    }

    private TriggerOptions debounced(TriggerOptions options, @Nullable Duration delay) {
        if (debounce == null) {
            if (debounceMax != null || debounceMode != null) {
                throw new UsageException(
                        (debounceMax != null ? "--debounce-max" : "--debounce-mode") + " needs --debounce");
            }
            return options;
        }
        if (delay == null) {
            throw new UsageException(
                    "--debounce needs --delay: how long no other trigger may come before the run starts");
        }
        return options.debounce(new Debounce(debounce, delay, debounceMax, debounceMode == DebounceMode.TRAILING));
    }
}
