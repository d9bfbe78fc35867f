package dev.errand.acceptance;

import static dev.errand.acceptance.Soon.SOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.errand.Errand;
import dev.errand.Json;
import dev.errand.Page;
import dev.errand.Retry;
import dev.errand.Run;
import dev.errand.RunState;
import dev.errand.StoreException;
import dev.errand.Subscription;
import dev.errand.Task;
import dev.errand.TypeRef;
import dev.errand.Value;
import dev.errand.ValueInfo;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Durable values, and two engines that share them. */
class ValueTest {
    record Rate(String currency, int cents) {}

    private final Task<String, Integer> waits = Task.named("waits", String.class, Integer.class)
            .run((payload, run) -> {
                Value<Integer> count = run.value("count", Integer.class);
                return run.until("enough", Integer.class, () -> count.get().filter(now -> now > 10));
            });
    private final ExecutorService threads = Executors.newCachedThreadPool();

    @TempDir
    private Path folder;

    private String url;
    private Errand errand;
    private Errand other;
    private Value<Integer> count;
    private Value<Integer> seen;

    @BeforeEach
    void open() {
        url = TestStore.url(folder);
        errand = Errand.open(url, waits);
        other = Errand.builder().store(url).concurrency(0).open();
        count = errand.value("count", Integer.class);
        seen = other.value("count", Integer.class);
    }

    @AfterEach
    void close() {
        threads.shutdownNow();
        other.close();
        errand.close();
    }

    private Connection connect() throws SQLException {
        Connection connection = TestStore.connection(url);
        connection.setAutoCommit(false);
        return connection;
    }

    // ── one value

    @Test
    void aValueIsWhatItWasSetToUntilItIsRemoved() {
        assertThat(count.get()).isEmpty();
        assertThat(count.info()).isEqualTo(ValueInfo.none("count"));
        count.set(5);
        assertThat(seen.get()).hasValue(5);
        ValueInfo first = seen.info();
        assertThat(first.value()).isEqualTo(new Json("5"));
        assertThat(first.setAt()).isNotNull();
        seen.set(5);
        assertThat(count.info().version()).as("set again").isGreaterThan(first.version());
        assertThat(count.remove()).isTrue();
        assertThat(count.remove()).isFalse();
        assertThat(seen.get()).isEmpty();
        count.set(6);
        assertThat(count.info().version()).isGreaterThan(first.version());
    }

    @Test
    void aValueHasAnyTypeThatIsJson() {
        errand.value("rate", Rate.class).set(new Rate("EUR", 250));
        assertThat(other.value("rate", Rate.class).get()).hasValue(new Rate("EUR", 250));
        Value<Map<String, List<Rate>>> rates = errand.value("rates", new TypeRef<>() {});
        rates.set(Map.of("today", List.of(new Rate("SEK", 11))));
        assertThat(rates.get().orElseThrow().get("today")).containsExactly(new Rate("SEK", 11));
        assertThatThrownBy(() -> other.value("rate", Integer.class).get())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("Value 'rate' does not fit java.lang.Integer");
    }

    @Test
    void anUpdateMakesOfAValueWhatItIsToBe() {
        assertThat(count.update(now -> now == null ? 1 : -1)).hasValue(1);
        assertThat(count.update(now -> now == null ? -1 : now + 1)).hasValue(2);
        long version = count.info().version();
        assertThat(count.update(now -> now)).hasValue(2);
        assertThat(count.info().version()).as("nothing was changed").isEqualTo(version);
        assertThatThrownBy(() -> count.update(now -> {
                    throw new IllegalStateException("on purpose");
                }))
                .hasMessage("on purpose");
        assertThat(count.get()).hasValue(2);
        assertThat(count.update(now -> null)).isEmpty();
        assertThat(count.update(now -> null)).isEmpty();
        assertThat(seen.get()).isEmpty();
    }

    @Test
    void whatCannotBeKeptIsRefused() {
        for (String name : List.of("", " ", "a\0b", "x".repeat(257))) {
            assertThatThrownBy(() -> errand.value(name, String.class))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("1 to 256 characters and no NUL");
        }
        assertThatThrownBy(() -> errand.value("\u0001signal:x", String.class))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("U+0001");
        Value<Json> value = errand.value("x".repeat(256), Json.class);
        value.set(new Json('"' + "x".repeat(65_534) + '"'));
        assertThatThrownBy(() -> value.set(new Json('"' + "x".repeat(65_535) + '"')))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("has 65,537 bytes; at most 65,536 are kept");
        assertThatThrownBy(() -> value.set(Json.NULL))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("null is the absence of one");
        assertThatThrownBy(() -> value.update(now -> new Json("{")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("cannot be written as JSON");
        assertThat(value.get().orElseThrow().text()).hasSize(65_536);
    }

    @Test
    void valuesAreListedByName() {
        for (String name : List.of("b", "a", "c")) {
            errand.value(name, String.class).set(name + "!");
        }
        Page<ValueInfo> first = other.values("", 2);
        assertThat(first.items()).extracting(ValueInfo::name).containsExactly("a", "b");
        assertThat(first.items().getFirst().value()).isEqualTo(new Json("\"a!\""));
        Page<ValueInfo> second = other.values(first.next().orElseThrow(), 2);
        assertThat(second.items()).extracting(ValueInfo::name).containsExactly("c");
        assertThat(second.next()).isEmpty();
        assertThat(other.values("", 3).next()).isEmpty();
        assertThatThrownBy(() -> other.values("", 0)).hasMessageContaining("1 to 1000");
    }

    // ── several who change it

    @Test
    void ofManyUpdatesAtOnceNoneIsLost() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        List<Future<?>> all = new ArrayList<>();
        for (int thread = 0; thread < 8; thread++) {
            Value<Integer> mine = thread % 2 == 0 ? count : seen;
            all.add(threads.submit(() -> {
                go.await();
                for (int i = 0; i < 10; i++) {
                    mine.update(now -> now == null ? 1 : now + 1);
                }
                return null;
            }));
        }
        go.countDown();
        join(all);
        assertThat(count.get()).hasValue(80);
    }

    private static void join(List<Future<?>> all) throws Exception {
        for (Future<?> one : all) {
            try {
                one.get(Soon.SECONDS, TimeUnit.SECONDS);
            } catch (ExecutionException e) {
                throw new AssertionError(e.getCause());
            }
        }
    }

    @Test
    void anUpdateInATransactionCountsFromItsCommitOn() throws Exception {
        count.set(5);
        Run<Integer> run = errand.trigger(waits, "");
        try (Connection connection = connect()) {
            assertThat(count.update(connection, now -> now == null ? 0 : now + 6))
                    .hasValue(11);
            assertThat(seen.get()).as("not committed").hasValue(5);
            connection.commit();
        }
        assertThat(seen.get()).hasValue(11);
        assertThat(run.await(SOON)).isEqualTo(11);
    }

    @Test
    void anUpdateThatIsRolledBackIsNone() throws Exception {
        count.set(5);
        ValueInfo before = count.info();
        try (Connection connection = connect()) {
            count.update(connection, now -> now == null ? 0 : now + 1);
            count.update(connection, now -> null);
            assertThat(count.update(connection, now -> now == null ? 1 : -1)).hasValue(1);
            connection.rollback();
        }
        assertThat(count.info()).isEqualTo(before);
        try (Connection connection = TestStore.connection(url)) {
            assertThatThrownBy(() -> count.update(connection, now -> 9))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("auto-commit");
        }
        assertThat(count.info()).isEqualTo(before);
    }

    @Test
    void aBodyThatChangesItInATransactionDoesSoOnce() throws InterruptedException {
        Task<String, String> pays = Task.named("pays", String.class, String.class)
                .retry(Retry.fixed(Duration.ZERO).attempts(2))
                .run((payload, run) -> {
                    Value<Integer> mine = run.value("count", Integer.class);
                    run.transaction("pay", tx -> {
                        mine.update(tx.connection(), now -> (now == null ? 0 : now) + 11);
                    });
                    if (run.attempt() == 1) {
                        throw new IllegalStateException("on purpose");
                    }
                    return "paid";
                });
        errand.add(pays);
        Run<Integer> enough = errand.trigger(waits, "");
        Soon.await("it waits", () -> enough.state() == RunState.WAITING);
        assertThat(errand.trigger(pays, "").await(SOON)).isEqualTo("paid");
        assertThat(enough.await(SOON)).isEqualTo(11);
        assertThat(seen.get()).hasValue(11);
    }

    @Test
    void inATransactionOfABodyAValueIsChangedAsAPartOfItOrNotAtAll() throws InterruptedException {
        count.set(5);
        List<String> refused = new CopyOnWriteArrayList<>();
        Task<String, Integer> task = Task.named("books", String.class, Integer.class)
                .run((payload, run) -> {
                    Value<Integer> mine = run.value("count", Integer.class);
                    run.transaction("book", tx -> {
                        for (Runnable change : List.<Runnable>of(
                                () -> mine.set(6), () -> count.update(now -> 7), () -> mine.remove())) {
                            try {
                                change.run();
                            } catch (IllegalStateException e) {
                                refused.add(e.getMessage());
                            }
                        }
                        mine.update(tx.connection(), now -> 8);
                    });
                    return mine.update(now -> now == null ? -1 : now + 1).orElseThrow();
                });
        errand.add(task);
        assertThat(errand.trigger(task, "").await(SOON)).isEqualTo(9);
        assertThat(refused)
                .hasSize(3)
                .allSatisfy(why -> assertThat(why)
                        .contains(
                                "Value 'count' was not changed", "'book' is under way", "update(tx.connection(), …)"));
    }

    // ── those who watch it

    @Test
    void aWatchIsToldOfEachChangeOfAnyEngine() throws Exception {
        BlockingQueue<Optional<Integer>> told = new LinkedBlockingQueue<>();
        count.set(1);
        try (Subscription watch = seen.watch(Runnable::run, told::add)) {
            assertThat(Soon.next(told)).as("what it is").hasValue(1);
            count.set(2);
            assertThat(Soon.next(told)).hasValue(2);
            seen.set(3);
            assertThat(Soon.next(told)).hasValue(3);
            count.remove();
            assertThat(Soon.next(told)).isEmpty();
            try (Connection connection = connect()) {
                count.update(connection, now -> 4);
                connection.commit();
            }
            assertThat(Soon.next(told)).hasValue(4);
        }
        count.set(5);
        BlockingQueue<Optional<Integer>> after = new LinkedBlockingQueue<>();
        seen.watch(threads, after::add);
        assertThat(Soon.next(after)).hasValue(5);
        assertThat(told).as("it was closed").isEmpty();
    }

    @Test
    void aSlowWatchIsToldOfTheNewest() throws Exception {
        count.set(0);
        Gate gate = new Gate();
        BlockingQueue<Optional<Integer>> told = new LinkedBlockingQueue<>();
        seen.watch(threads, now -> {
            told.add(now);
            gate.passStubbornly();
        });
        BlockingQueue<Optional<Integer>> quick = new LinkedBlockingQueue<>();
        seen.watch(threads, quick::add);
        assertThat(Soon.next(told)).hasValue(0);
        for (int i = 1; i <= 30; i++) {
            count.set(i);
        }
        int last = 0;
        while (last < 30) {
            int next = Soon.next(quick).orElseThrow();
            assertThat(next).as("in order").isGreaterThanOrEqualTo(last);
            last = next;
        }
        gate.open();
        int calls = 1;
        while (Soon.next(told).orElseThrow() < 30) {
            calls++;
        }
        assertThat(calls).as("all others were one call").isLessThanOrEqualTo(2); // it may have begun just before
    }

    @Test
    void anErrorOfAWatchEndsNothing() throws Exception {
        BlockingQueue<Optional<Integer>> told = new LinkedBlockingQueue<>();
        AtomicInteger calls = new AtomicInteger();
        seen.watch(Runnable::run, now -> {
            calls.incrementAndGet();
            throw new IllegalStateException("on purpose");
        });
        other.value("count", String.class).watch(Runnable::run, now -> calls.addAndGet(1_000));
        seen.watch(threads, told::add);
        assertThat(Soon.next(told)).isEmpty();
        count.set(1);
        assertThat(Soon.next(told)).hasValue(1);
        count.set(2);
        assertThat(Soon.next(told)).hasValue(2);
        Soon.await("all were told", () -> calls.get() == 1_003);
    }

    @Test
    void whoWatchesIsToldNothingMoreOnceTheEngineIsClosed() throws Exception {
        BlockingQueue<Optional<Integer>> told = new LinkedBlockingQueue<>();
        seen.watch(Runnable::run, told::add);
        assertThat(Soon.next(told)).isEmpty();
        other.close();
        count.set(1);
        BlockingQueue<Optional<Integer>> here = new LinkedBlockingQueue<>();
        count.watch(Runnable::run, here::add);
        assertThat(Soon.next(here)).hasValue(1);
        assertThat(told).isEmpty();
        assertThatThrownBy(() -> seen.watch(Runnable::run, told::add)).isInstanceOf(StoreException.class);
    }
}
