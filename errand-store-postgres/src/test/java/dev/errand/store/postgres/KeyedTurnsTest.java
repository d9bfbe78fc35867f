package dev.errand.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.errand.KeyConflictException;
import dev.errand.store.KeyHash;
import dev.errand.store.KeyStore.Stored;
import dev.errand.store.KeyedRun;
import dev.errand.store.NewRun;
import dev.errand.store.NewRuns;
import dev.errand.store.StoreSettings;
import dev.errand.store.postgres.server.PostgresServer;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Triggers with keys that come while another's transaction is under way. */
class KeyedTurnsTest {
    private static final int CALLERS = 40;

    private final PostgresServer server = PostgresServer.shared();
    private final String database = server.createDatabase();
    private PostgresStore store;

    @BeforeEach
    void open() {
        StoreSettings settings = new StoreSettings(server.url(database), null, Map.of(), Clock.systemUTC());
        store = PostgresStore.open(Settings.of(settings), Clock.systemUTC());
    }

    @AfterEach
    void drop() {
        store.close();
        server.dropDatabase(database);
    }

    private static KeyedRun request(String key) {
        NewRun run = NewRuns.of("greet", Clock.systemUTC()).build();
        return new KeyedRun(
                run,
                null,
                null,
                new KeyedRun.Request(KeyHash.of(key), run.createdAt().plus(Duration.ofMinutes(10))));
    }

    private static KeyedRun strict(String key, String payload) {
        NewRun run = NewRuns.of("greet", Clock.systemUTC()).build();
        return new KeyedRun(
                run,
                new KeyedRun.Idempotency(
                        KeyHash.of(key), key, run.createdAt().plus(Duration.ofDays(1)), KeyHash.of(payload), true),
                null);
    }

    private Stored enqueue(KeyedRun run) {
        return store.keys().enqueue(List.of(run)).getFirst();
    }

    /** All of them wait while the first one's commit lasts. */
    private List<Future<Stored>> behindASlowCommit(List<KeyedRun> runs) throws InterruptedException {
        server.execute(database, """
                create function public.slow() returns trigger language plpgsql as
                    $$ begin perform pg_sleep(2); return null; end $$;
                create constraint trigger slow after insert on errand.trigger_key deferrable initially deferred
                    for each row when (new.kind = 1) execute function public.slow();
                """);
        NewRun delayed =
                NewRuns.of("greet", Clock.systemUTC()).in(Duration.ofHours(1)).build();
        List<Future<Stored>> answers = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Stored> slow = threads.submit(() ->
                    enqueue(new KeyedRun(delayed, null, new KeyedRun.Debounced(KeyHash.of("slow"), null, false))));
            awaitCommit();
            runs.forEach(run -> answers.add(threads.submit(() -> enqueue(run))));
            assertThat(slow.isCancelled()).as("the slow one goes on").isFalse();
        }
        return answers;
    }

    private void awaitCommit() throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        String commits = "select count(*) from pg_stat_activity where datname = '" + database
                + "' and wait_event = 'PgSleep' and query = 'COMMIT'";
        while (!"1".equals(server.query(database, commits))) {
            assertThat(System.nanoTime()).as("it commits").isLessThan(deadline);
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }

    private int transactions(String where) {
        return Integer.parseInt(String.valueOf(
                server.query(database, "select count(distinct xmin::text) from errand.trigger_key where " + where)));
    }

    @Test
    void thoseThatWaitShareACommitAndEachHasItsOwnAnswer() throws Exception {
        enqueue(request("warm up"));
        List<KeyedRun> runs = new ArrayList<>();
        for (int i = 0; i < CALLERS; i++) {
            runs.add(request("request " + i / 2)); // each twice
        }
        List<Future<Stored>> answers = behindASlowCommit(runs);
        for (int i = 0; i < CALLERS; i += 2) {
            Stored one = answers.get(i).get();
            assertThat(answers.get(i + 1).get()).isEqualTo(one);
            assertThat(one.run())
                    .isIn(runs.get(i).run().id(), runs.get(i + 1).run().id());
            assertThat(one.hit()).isFalse();
        }
        assertThat(transactions("kind = 2")).isLessThan(CALLERS / 4);
        assertThat(server.query(database, "select count(*) from errand.run"))
                .isEqualTo(String.valueOf(2 + CALLERS / 2));
    }

    @Test
    void oneThatIsRefusedSpoilsNobodyElses() throws Exception {
        enqueue(strict("held", "one payload"));
        List<KeyedRun> runs = new ArrayList<>();
        for (int i = 0; i < CALLERS; i++) {
            runs.add(i % 10 == 5 ? strict("held", "another") : request("request " + i));
        }
        List<Future<Stored>> answers = behindASlowCommit(runs);
        for (int i = 0; i < CALLERS; i++) {
            Future<Stored> answer = answers.get(i);
            if (i % 10 == 5) {
                assertThatThrownBy(answer::get)
                        .isInstanceOf(ExecutionException.class)
                        .hasCauseInstanceOf(KeyConflictException.class);
            } else {
                assertThat(answer.get()).isEqualTo(new Stored(runs.get(i).run().id(), false));
            }
        }
    }
}
