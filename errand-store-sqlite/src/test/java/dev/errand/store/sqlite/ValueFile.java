package dev.errand.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.RunId;
import dev.errand.ValueInfo;
import dev.errand.store.Claim;
import dev.errand.store.Report;
import dev.errand.store.SeenValue;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A file with values, and what tests do with them. */
abstract class ValueFile extends AwaitedStore {
    static final Duration HOUR = Duration.ofHours(1);
    static final String BALANCE = "balance";

    static byte[] json(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    long version(String name) {
        return store.values().find(name).map(ValueInfo::version).orElse(0L);
    }

    /** Answers its version. */
    long set(String name, String text) {
        return store.values().set(name, version(name), json(text)).orElseThrow().version();
    }

    void remove(String name) {
        assertThat(store.values().set(name, version(name), null)).isPresent();
    }

    SeenValue seen(String name) {
        return new SeenValue(name, version(name));
    }

    Report.Waiting waitsFor(Claim claim, @Nullable Duration atMost, boolean any, SeenValue... values) {
        Instant now = clock.instant();
        Report.Awaits awaits = new Report.Awaits(List.of(), List.of(), List.of(values), any);
        return new Report.Waiting(claim, now, now, List.of(), atMost == null ? null : now.plus(atMost), awaits);
    }

    /** A run that waits for the value to change. */
    RunId waitingFor(SeenValue value) {
        RunId run = enqueue(PARENT);
        record(waitsFor(claim(PARENT), null, true, value));
        return run;
    }
}
