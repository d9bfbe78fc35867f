package dev.errand.engine.value;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Json;
import dev.errand.StoreException;
import dev.errand.Subscription;
import dev.errand.ValueInfo;
import dev.errand.store.ValueStore;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Values watched, in a store that may be away. */
class WatchesTest {
    private final AtomicInteger failures = new AtomicInteger();
    private final AtomicInteger errors = new AtomicInteger();
    private final AtomicInteger joined = new AtomicInteger();
    private final Semaphore reads = new Semaphore(0);
    private final BlockingQueue<Long> told = new LinkedBlockingQueue<>();
    private volatile List<ValueInfo> values = List.of();

    private final ValueStore store = (ValueStore) Proxy.newProxyInstance(
            ValueStore.class.getClassLoader(),
            new Class<?>[] {ValueStore.class},
            (proxy, method, arguments) -> switch (method.getName()) {
                case "find" -> find((List<?>) arguments[0]);
                default -> throw new UnsupportedOperationException(method.getName());
            });

    @AutoClose
    private final Watches watches = new Watches(store, joined::incrementAndGet);

    private List<ValueInfo> find(List<?> names) {
        reads.release();
        if (failures.getAndDecrement() > 0) {
            throw new StoreException("away");
        }
        if (errors.getAndDecrement() > 0) {
            throw new OutOfMemoryError("on purpose");
        }
        return values.stream().filter(value -> names.contains(value.name())).toList();
    }

    private static ValueInfo value(String name, long version) {
        return new ValueInfo(name, version, new Json("1"), Instant.EPOCH);
    }

    private long next() throws InterruptedException {
        Long version = told.poll(60, TimeUnit.SECONDS);
        assertThat(version).as("told in time").isNotNull();
        return version;
    }

    @Test
    void allWatchesOfAProcessAreOneRead() throws InterruptedException {
        watches.notice();
        assertThat(reads.availablePermits()).as("nobody watches").isZero();
        values = List.of(value("a", 1), value("b", 2));
        watches.add("a", Runnable::run, info -> {});
        watches.add("b", Runnable::run, info -> {});
        watches.add("b", Runnable::run, info -> told.add(info.version()));
        assertThat(joined).hasValue(3);
        assertThat(next()).isEqualTo(2);
        int before = reads.availablePermits();
        values = List.of(value("a", 3), value("b", 4));
        watches.notice();
        assertThat(next()).isEqualTo(4);
        assertThat(reads.availablePermits() - before).isBetween(1, 2);
    }

    @Test
    void aStoreThatIsAwayIsAskedAgain() throws InterruptedException {
        failures.set(2);
        values = List.of(value("a", 1));
        watches.add("a", Runnable::run, info -> told.add(info.version()));
        assertThat(next()).isEqualTo(1);
        assertThat(reads.availablePermits()).isEqualTo(3);
    }

    @Test
    void anErrorOfTheProcessEndsNoWatch() throws InterruptedException {
        errors.set(2);
        values = List.of(value("a", 1));
        watches.add("a", Runnable::run, info -> {
            told.add(info.version());
            WatchesTest.<RuntimeException>throwSneakily(new IOException("on purpose"));
        });
        assertThat(next()).isEqualTo(1);
        values = List.of(value("a", 2));
        watches.notice();
        assertThat(next()).isEqualTo(2);
    }

    @SuppressWarnings("unchecked") // nobody casts what is thrown
    private static <X extends Exception> void throwSneakily(Exception error) throws X {
        throw (X) error;
    }

    @Test
    void anExecutorWithoutThreadsEndsItsWatchAndNoOther() throws InterruptedException {
        values = List.of(value("a", 1));
        watches.add(
                "a",
                call -> {
                    throw new OutOfMemoryError("unable to create native thread");
                },
                info -> {});
        watches.add("a", Runnable::run, info -> told.add(info.version()));
        assertThat(next()).isEqualTo(1);
        values = List.of(value("a", 2));
        watches.notice();
        assertThat(next()).isEqualTo(2);
    }

    @Test
    void whatHasNotChangedIsNotToldAgain() throws InterruptedException {
        values = List.of(value("a", 1));
        Subscription first = watches.add("a", Runnable::run, info -> told.add(info.version()));
        assertThat(next()).isEqualTo(1);
        values = List.of(value("a", 1), value("b", 7));
        watches.add("b", Runnable::run, info -> told.add(info.version()));
        assertThat(next()).isEqualTo(7);
        first.close();
        values = List.of(value("a", 8), value("b", 9));
        watches.notice();
        assertThat(next()).isEqualTo(9);
        assertThat(told).isEmpty();
    }

    @Test
    void whoIsBusyIsToldOfTheNewest() {
        List<Runnable> submitted = new ArrayList<>();
        Watch watch = new Watch("a", submitted::add, info -> told.add(info.version()), closed -> {});
        watch.offer(value("a", 1));
        watch.offer(value("a", 2));
        watch.offer(value("a", 3));
        assertThat(submitted).hasSize(1);
        submitted.removeFirst().run();
        assertThat(told).containsExactly(3L);
        watch.offer(ValueInfo.none("a"));
        submitted.removeFirst().run();
        assertThat(told).containsExactly(3L, 0L);
    }

    @Test
    void aWatchThatCannotBeCalledAnyMoreEnds() {
        List<Watch> removed = new ArrayList<>();
        Watch watch = new Watch(
                "a",
                call -> {
                    throw new RejectedExecutionException();
                },
                info -> told.add(info.version()),
                removed::add);
        watch.offer(value("a", 1));
        assertThat(removed).containsExactly(watch);
        assertThat(told).isEmpty();
    }
}
