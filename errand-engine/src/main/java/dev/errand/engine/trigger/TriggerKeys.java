package dev.errand.engine.trigger;

import dev.errand.Debounce;
import dev.errand.IdempotencyKey;
import dev.errand.IdempotencyKey.Scope;
import dev.errand.TriggerOptions;
import dev.errand.engine.json.Codec;
import dev.errand.store.KeyHash;
import dev.errand.store.KeyedRun;
import dev.errand.store.NewRun;
import org.jspecify.annotations.Nullable;

/** The keys of a trigger, as the store tells them apart. */
public final class TriggerKeys {
    private TriggerKeys() {}

    /** Whether the trigger has a key, which few have. */
    public static boolean any(TriggerOptions options) {
        return options.idempotencyKey() != null || options.debounce() != null || options.requestKey() != null;
    }

    static KeyedRun of(NewRun run, TriggerOptions options, @Nullable Origin origin, Codec codec) {
        IdempotencyKey key = options.idempotencyKey();
        Debounce debounce = options.debounce();
        return new KeyedRun(
                run,
                key == null
                        ? null
                        : new KeyedRun.Idempotency(
                                hash(key, origin),
                                key.text(),
                                run.createdAt().plus(key.life()),
                                KeyHash.of(codec.ordered(run.payload())),
                                key.onePayload()),
                debounce == null
                        ? null
                        : new KeyedRun.Debounced(
                                KeyHash.of(debounce.key()), debounce.longest(), debounce.lastPayload()),
                request(run, options.requestKey()));
    }

    private static KeyedRun.@Nullable Request request(NewRun run, @Nullable String key) {
        return key == null
                ? null
                : new KeyedRun.Request(
                        KeyHash.of("request " + key), run.createdAt().plus(TriggerOptions.REQUEST_MEMORY));
    }

    private static KeyHash hash(IdempotencyKey key, @Nullable Origin origin) {
        if (origin == null || key.scope() == Scope.GLOBAL) {
            return global(key.text());
        }
        String within = key.scope() == Scope.ATTEMPT
                ? origin.run() + "/" + origin.attempt()
                : origin.run().toString();
        return KeyHash.of("in " + within + " " + key.text());
    }

    static KeyHash global(String key) {
        return KeyHash.of("of all " + key);
    }
}
