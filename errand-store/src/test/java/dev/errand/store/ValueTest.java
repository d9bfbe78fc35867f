package dev.errand.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Json;
import dev.errand.ValueInfo;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;

/** What the tests of values share: a node, values in few words, and runs that wait for them. */
public abstract class ValueTest extends StoreTest {
    private static final Set<Thread.State> WAITS = EnumSet.of(Thread.State.WAITING, Thread.State.TIMED_WAITING);

    @BeforeEach
    void joinStore() {
        store.join("first", 100);
    }

    static byte @Nullable [] bytes(@Nullable String json) {
        return json == null ? null : json.getBytes(StandardCharsets.UTF_8);
    }

    /** The version that is there; 0 for none. */
    long version(String name) {
        return store.values().find(name).map(ValueInfo::version).orElse(0L);
    }

    @Nullable
    String text(String name) {
        Json json = store.values().find(name).orElse(ValueInfo.none(name)).value();
        return json == null ? null : json.text();
    }

    /** Whatever it was. */
    ValueInfo set(String name, @Nullable String json) {
        return set(store, name, json);
    }

    ValueInfo set(Store by, String name, @Nullable String json) {
        while (true) {
            Optional<ValueInfo> now = by.values().set(name, version(name), bytes(json));
            if (now.isPresent()) {
                return now.get();
            }
        }
    }

    ValueInfo set(Connection connection, String name, @Nullable String json) throws SQLException {
        return store.values().set(connection, name, bytes(json));
    }

    SeenValue seen(String name) {
        return new SeenValue(name, version(name));
    }

    void advanceAll() {
        while (store.advance().filter(due -> !due.isAfter(clock.instant())).isPresent()) {
            // there is more
        }
    }

    /** On a thread of its own: all may wait at the same time. */
    static <T> CompletableFuture<T> aside(Supplier<T> work) {
        return CompletableFuture.supplyAsync(
                work, task -> Thread.ofPlatform().daemon().start(task));
    }

    /** The same, of what has to wait for somebody else; answers once it waits. */
    static <T> CompletableFuture<T> asideUntilItWaits(Supplier<T> work) {
        AtomicReference<Thread> thread = new AtomicReference<>();
        CompletableFuture<T> future = CompletableFuture.supplyAsync(
                work, task -> thread.set(Thread.ofPlatform().daemon().start(task)));
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!WAITS.contains(thread.get().getState()) && !future.isDone()) {
            assertThat(System.nanoTime()).as("it waits").isLessThan(deadline);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
        }
        return future;
    }

    Report.Waiting waiting(Claim claim, @Nullable Duration atMost, boolean any, SeenValue... values) {
        return waiting(claim, atMost, new Report.Awaits(List.of(), List.of(), List.of(values), any));
    }

    Report.Waiting waiting(Claim claim, @Nullable Duration atMost, Report.Awaits awaits) {
        Instant now = clock.instant();
        return new Report.Waiting(claim, now, now, List.of(), atMost == null ? null : now.plus(atMost), awaits);
    }

    /** With a step, as bodies do. */
    Report.Waiting waitingInStep(Claim claim, SeenValue... values) {
        Instant now = clock.instant();
        StepEntry step = new StepEntry(1, "until:enough#1", "enough", claim.attempt(), now, null, null, null);
        Report.Awaits awaits = new Report.Awaits(List.of(), List.of(), List.of(values), true);
        return new Report.Waiting(claim, now, now, List.of(step), null, awaits);
    }

    void begin(Report.Waiting waiting) {
        assertThat(record(waiting)).isEqualTo(Receipt.RECORDED);
    }
}
