package dev.errand.store;

import java.time.Clock;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A run with keys to enqueue, step by step: {@code KeyedRuns.of("greet", clock).key("k").build()}. */
final class KeyedRuns {
    static final Duration MONTH = Duration.ofDays(30);
    static final Duration MEMORY = Duration.ofMinutes(10);

    private final NewRuns run;
    private String payload = "{\"to\":\"Ada\"}";
    private @Nullable String key;
    private Duration life = MONTH;
    private boolean strict;
    private KeyedRun.@Nullable Debounced debounced;
    private @Nullable String request;

    private KeyedRuns(NewRuns run) {
        this.run = run;
    }

    static KeyedRuns of(String task, Clock clock) {
        return new KeyedRuns(NewRuns.of(task, clock));
    }

    KeyedRuns key(String text) {
        key = text;
        return this;
    }

    KeyedRuns life(Duration time) {
        life = time;
        return this;
    }

    KeyedRuns strict() {
        strict = true;
        return this;
    }

    KeyedRuns payload(String json) {
        payload = json;
        return this;
    }

    KeyedRuns expiresIn(Duration time) {
        run.expiresIn(time);
        return this;
    }

    KeyedRuns debounce(String text, Duration delay, @Nullable Duration longest, boolean trailing) {
        run.in(delay);
        debounced = new KeyedRun.Debounced(KeyHash.of(text), longest, trailing);
        return this;
    }

    KeyedRuns request(String text) {
        request = text;
        return this;
    }

    KeyedRun build() {
        NewRun built = run.payload(payload).build();
        return new KeyedRun(
                built,
                key == null
                        ? null
                        : new KeyedRun.Idempotency(
                                KeyHash.of(key), key, built.createdAt().plus(life), KeyHash.of(payload), strict),
                debounced,
                request == null
                        ? null
                        : new KeyedRun.Request(
                                KeyHash.of(request), built.createdAt().plus(MEMORY)));
    }
}
