package dev.errand.acceptance;

import static dev.errand.acceptance.Soon.SOON;
import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Errand;
import dev.errand.EventFilter;
import dev.errand.Run;
import dev.errand.RunId;
import dev.errand.Task;
import dev.errand.TriggerOptions;
import dev.errand.acceptance.Hearings.Hearing;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Sixteen threads of two engines trigger runs, some in transactions of their own, and a transaction that has triggered one stays open: 2 s,
 * or in a full check 120 s. On SQLite, where it keeps all others from writing, who give up after 10 s, it is open for 5 s at most.
 */
class ManyWritersTest {
    private static final boolean FULL = Integer.getInteger("errand.kills", 5) >= 100;
    private static final Duration OPEN = Duration.ofSeconds(!FULL ? 2 : TestStore.POSTGRES ? 120 : 5);
    private static final long PAUSE = TimeUnit.MILLISECONDS.toNanos(FULL ? 100 : 20);
    private static final int WRITERS = 16;
    /** So many of them trigger in transactions. */
    private static final int TRANSACTIONS = 4;

    private static final String IN_TRANSACTION = "triggered in a transaction";
    private static final TriggerOptions NAMED = TriggerOptions.none().name(IN_TRANSACTION);

    private static final int RUNS_BEFORE_AND_AFTER = 64;
    private static final int MILLIS_TO_REACH = 250;

    private final Task<String, ?> tells = Task.named("tells", String.class).run((payload, run) -> {
        run.raise("first", null);
        run.raise("second", null);
        run.raise("third", null);
    });

    private final Set<RunId> runs = ConcurrentHashMap.newKeySet();
    /** When transactions were committed, which is told to nobody else, in microseconds. */
    private final Map<RunId, Long> commits = new ConcurrentHashMap<>();

    private final Hearings awaited = new Hearings();
    private final Hearings delivered = new Hearings();
    private volatile boolean enough;
    /** From when until when the transaction was open, in microseconds. */
    private volatile long opened;

    private volatile long closed;

    @TempDir
    Path folder;

    private String url;

    @Test
    void eachHearsOfEachEventOnceAndInOrder() throws Exception {
        url = TestStore.url(folder);
        Map<String, Hearings> who = new LinkedHashMap<>();
        try (Errand first = engine(8);
                Errand second = engine(8);
                Errand hears = engine(0);
                EarProcess ear = EarProcess.start(url, "tells")) {
            who.put("a listener of an engine that works", listen(first));
            who.put("a listener of an engine that only listens", listen(hears));
            who.put("a listener of another process", ear.hearings());
            hears.subscribe(
                    "writers",
                    EventFilter.named("second").withRunName(IN_TRANSACTION),
                    event -> delivered.add(Hearing.of(event)));
            List<Errand> engines = List.of(first, second);
            try (ExecutorService threads = Executors.newThreadPerTaskExecutor(
                    Thread.ofPlatform().daemon().factory())) {
                List<Future<?>> writers = new ArrayList<>();
                for (int i = 0; i < WRITERS; i++) {
                    int writer = i;
                    writers.add(threads.submit(() -> write(writer, engines.get(writer % 2))));
                }
                awaitRuns(RUNS_BEFORE_AND_AFTER);
                triggerInATransactionThatStaysOpen(first);
                awaitRuns(runs.size() + RUNS_BEFORE_AND_AFTER);
                enough = true;
                for (Future<?> writer : writers) {
                    writer.get(SOON.toSeconds(), TimeUnit.SECONDS);
                }
            }
            for (Hearings heard : who.values()) {
                Soon.await("all ends are heard of", () -> heard.ends() == runs.size());
            }
            Soon.await("all is delivered", () -> delivered.all().size() >= commits.size());
        }
        who.forEach((name, heard) -> hasHeardAll(name, heard.byRun()));
        assertThat(delivered.byRun().keySet()).isEqualTo(commits.keySet());
        assertThat(delivered.all()).as("each once").hasSize(commits.size());
        if (TestStore.POSTGRES) {
            who.forEach(this::hasHeardMeanwhile);
        }
        if (FULL) {
            who.forEach(
                    (name, heard) -> assertThat(median(heard)).as(name + ", ms").isLessThan(MILLIS_TO_REACH));
        }
        who.put("awaitEvent", awaited);
        who.put("a durable subscription, by a commit for each", delivered);
        note(who);
    }

    private Errand engine(int concurrency) {
        var builder = Errand.builder().store(url).concurrency(concurrency);
        return (concurrency == 0 ? builder : builder.tasks(tells)).open();
    }

    private static Hearings listen(Errand errand) {
        Hearings heard = new Hearings();
        errand.on(EventFilter.ofTask("tells"), event -> heard.add(Hearing.of(event)));
        return heard;
    }

    private void awaitRuns(int count) throws InterruptedException {
        Soon.await(count + " runs are triggered", () -> runs.size() >= count);
    }

    // ── those who write

    private void write(int writer, Errand errand) {
        try {
            while (!enough) {
                Run<?> run = writer < TRANSACTIONS ? triggerInATransaction(errand) : errand.trigger(tells, "x");
                runs.add(run.id());
                if (writer == WRITERS - 1) {
                    awaited.add(Hearing.of(
                            errand.awaitEvent(EventFilter.of(run.id()).withName("third"), SOON)
                                    .orElseThrow()));
                } else {
                    run.await(SOON);
                }
                LockSupport.parkNanos(PAUSE);
            }
        } catch (SQLException | InterruptedException e) {
            throw new CompletionException(e);
        }
    }

    private Run<?> triggerInATransaction(Errand errand) throws SQLException {
        try (Connection connection = connect()) {
            Run<?> run = errand.with(connection).trigger(tells, "x", NAMED);
            commit(connection, run);
            return run;
        }
    }

    private void triggerInATransactionThatStaysOpen(Errand errand) throws Exception {
        try (Connection connection = connect()) {
            Run<?> run = errand.with(connection).trigger(tells, "late", NAMED);
            opened = Hearings.micros(Instant.now());
            Thread.sleep(OPEN);
            closed = Hearings.micros(Instant.now());
            runs.add(run.id());
            commit(connection, run);
            run.await(SOON);
        }
    }

    private Connection connect() throws SQLException {
        Properties patience = new Properties();
        if (!TestStore.POSTGRES) {
            patience.setProperty("busy_timeout", "20000");
        }
        Connection connection = DriverManager.getConnection(url, patience);
        connection.setAutoCommit(false);
        return connection;
    }

    private void commit(Connection connection, Run<?> run) throws SQLException {
        commits.put(run.id(), Hearings.micros(Instant.now()));
        connection.commit();
    }

    // ── what was heard

    private void hasHeardAll(String name, Map<RunId, List<String>> heard) {
        assertThat(heard.keySet()).as(name).isEqualTo(runs);
        assertThat(heard).as(name).allSatisfy((run, told) -> {
            assertThat(told)
                    .filteredOn(one -> one.contains(">"))
                    .containsExactly("null>QUEUED", "QUEUED>EXECUTING", "EXECUTING>COMPLETED");
            assertThat(told)
                    .as("what a body raises that ends soon is told before its start")
                    .filteredOn(one -> !one.equals("QUEUED>EXECUTING"))
                    .containsExactly("null>QUEUED", "first", "second", "third", "EXECUTING>COMPLETED");
        });
    }

    /** Whoever waits until a transaction is over that was open before hears nothing while one is open. */
    private void hasHeardMeanwhile(String name, Hearings heard) {
        List<Hearing> early = heard.all().stream()
                .filter(hearing -> hearing.at() > opened && hearing.at() < (opened + closed) / 2)
                .toList();
        long meanwhile =
                early.stream().filter(hearing -> hearing.heard() < closed).count();
        assertThat(meanwhile).as("%s, of %d", name, early.size()).isGreaterThanOrEqualTo(FULL ? early.size() : 1);
    }

    /** Told, and but for the median of a full check not judged: the machine may be doing other things meanwhile. */
    private void note(Map<String, Hearings> who) throws Exception {
        String store = TestStore.POSTGRES ? "postgresql" : "sqlite";
        StringBuilder text =
                new StringBuilder("""

                ## From what happened, before its commit, until it is heard of, %s, %d writers, %d runs, a transaction open for %d s

                | who | events | p50, ms | p99, ms | longest, ms | over %d ms |
                | --- | ---: | ---: | ---: | ---: | ---: |
                """.formatted(store, WRITERS, runs.size(), OPEN.toSeconds(), MILLIS_TO_REACH));
        who.forEach((name, heard) -> text.append(row(name, heard)));
        Path notes = Files.createDirectories(Path.of("target", "check-notes"));
        Files.writeString(notes.resolve("writers-" + store + ".md"), text);
    }

    private double median(Hearings heard) {
        List<Double> millis = millis(heard);
        return millis.get(millis.size() / 2);
    }

    private List<Double> millis(Hearings heard) {
        return heard.all().stream().map(this::millis).sorted().toList();
    }

    private String row(String name, Hearings heard) {
        List<Double> millis = millis(heard);
        return "| %s | %,d | %.1f | %.1f | %.1f | %d |%n"
                .formatted(
                        name,
                        millis.size(),
                        millis.get(millis.size() / 2),
                        millis.get(millis.size() * 99 / 100),
                        millis.getLast(),
                        millis.stream().filter(one -> one > MILLIS_TO_REACH).count());
    }

    private double millis(Hearing hearing) {
        long since =
                hearing.told().equals("null>QUEUED") ? commits.getOrDefault(hearing.run(), hearing.at()) : hearing.at();
        return (hearing.heard() - since) / 1e3;
    }
}
