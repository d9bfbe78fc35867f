package dev.errand.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.errand.PurgeAnswer;
import dev.errand.RunId;
import dev.errand.RunState;
import dev.errand.StoreException;
import dev.errand.TokenId;
import dev.errand.store.AwaitedEnd;
import dev.errand.store.Claim;
import dev.errand.store.ClaimRequest;
import dev.errand.store.NewRun;
import dev.errand.store.NewRuns;
import dev.errand.store.NewToken;
import dev.errand.store.Receipt;
import dev.errand.store.Report;
import dev.errand.store.RunOptions;
import dev.errand.store.Spawn;
import dev.errand.store.StepEntry;
import dev.errand.store.StoreSettings;
import dev.errand.store.postgres.server.PostgresServer;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A node of the version before works while the first of the new version migrates its tables, and beside it afterwards. */
class RollingDeployTest {
    private static final int BEFORE = Migrations.NEWEST - 1;
    private static final int RUNS = 200;
    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(60);
    private static final Set<String> TASKS = Set.of("greet");

    private final PostgresServer server = PostgresServer.shared();
    private final String database = server.createDatabase();

    @AfterEach
    void drop() {
        server.dropDatabase(database);
    }

    private PostgresStore open(int known) {
        Clock clock = Clock.systemUTC();
        StoreSettings settings = new StoreSettings(server.url(database), null, Map.of(), clock);
        return PostgresStore.open(Settings.of(settings), clock, known);
    }

    /** A node that takes what it can get and ends it. */
    private static final class Worker {
        private final PostgresStore store;
        private int ended;
        private CompletableFuture<List<Claim>> asked = CompletableFuture.completedFuture(List.of());

        Worker(PostgresStore store, String name) {
            this.store = store;
            store.join(name, 3);
        }

        /** Brings runs in, one by one, and ends some beside. */
        void work() {
            for (int i = 0; i < RUNS; i++) {
                store.enqueue(NewRuns.many(1, "greet", store.clock()));
                end();
            }
        }

        /** Ends what comes within a moment. */
        void end() {
            List<Claim> claims = asked.copy()
                    .completeOnTimeout(List.of(), 50, TimeUnit.MILLISECONDS)
                    .join();
            if (!claims.isEmpty() || (asked.isDone() && asked.join().isEmpty())) {
                asked = store.claim(new ClaimRequest(3, TASKS)).toCompletableFuture();
            }
            Instant now = store.clock().instant();
            List<Report> ends = new ArrayList<>();
            for (Claim claim : claims) {
                byte[] output = "1".getBytes(StandardCharsets.UTF_8);
                ends.add(new Report.Ended(claim, RunState.COMPLETED, now, now, output, null, null, false));
            }
            List<Receipt> receipts = store.record(ends).toCompletableFuture().join();
            assertThat(receipts).allMatch(receipt -> receipt == Receipt.RECORDED);
            ended += receipts.size();
        }
    }

    private String schema() {
        return String.valueOf(server.query(database, "select max(number) from errand.version"));
    }

    @Test
    void theVersionBeforeAndTheNewOneShareADatabase() {
        try (PostgresStore before = open(BEFORE)) {
            assertThat(schema()).isEqualTo(String.valueOf(BEFORE));
            Worker old = new Worker(before, "old");
            CompletableFuture<Void> meanwhile = CompletableFuture.runAsync(old::work);
            try (PostgresStore newest = open(Migrations.NEWEST)) {
                assertThat(schema()).isEqualTo(String.valueOf(Migrations.NEWEST));
                Worker young = new Worker(newest, "young");
                young.work();
                meanwhile.join();
                old.work();
                before.leave();
                long deadline = System.nanoTime() + PATIENCE;
                while (old.ended + young.ended < 3 * RUNS) {
                    assertThat(System.nanoTime()).as("all end").isLessThan(deadline);
                    young.end();
                }
                assertThat(old.ended).isPositive();
                assertThat(young.ended).isPositive();
            }
        }
        assertThat(server.query(database, "select count(*) from errand.outcome where state = 5"))
                .isEqualTo(String.valueOf(3 * RUNS));
        try (PostgresStore late = open(BEFORE)) {
            assertThat(late.join("an old one that starts late", 3)).isPositive();
            assertThat(schema()).isEqualTo(String.valueOf(Migrations.NEWEST));
        }
    }

    /** No node deletes steps by a statement of its own: the database takes them along with the run. */
    @Test
    void theVersionBeforeDeletesARunWithItsSteps() throws Exception {
        try (PostgresStore before = open(BEFORE);
                PostgresStore newest = open(Migrations.NEWEST)) {
            newest.join("young", 3);
            newest.enqueue(NewRuns.many(2, "greet", newest.clock()));
            Instant now = newest.clock().instant();
            List<Report> steps = new ArrayList<>();
            for (Claim claim : newest.claim(new ClaimRequest(2, TASKS))
                    .toCompletableFuture()
                    .get(60, TimeUnit.SECONDS)) {
                steps.add(new Report.Journaled(claim, new StepEntry(1, "pay", "pay", 1, now, now, null, null)));
            }
            assertThat(newest.record(steps).toCompletableFuture().get(60, TimeUnit.SECONDS))
                    .hasSize(2)
                    .containsOnly(Receipt.RECORDED);
            assertThat(before.purge(steps.getFirst().claim().run(), true)).isEqualTo(PurgeAnswer.PURGED);
        }
        assertThat(server.query(database, "select count(*) from errand.step")).isEqualTo("1");
    }

    /** No node marks by a statement of its own who awaits a run that ends, or is deleted: the database does. */
    @Test
    void theVersionBeforeEndsRunsThatOthersAwait() throws Exception {
        try (PostgresStore before = open(BEFORE);
                PostgresStore newest = open(Migrations.NEWEST)) {
            before.join("old", 3);
            newest.join("young", 3);
            newest.enqueue(NewRuns.many(1, "parent", newest.clock()));
            Claim parent = claim(newest, "parent");
            List<NewRun> children = List.of(child(newest, parent), child(newest, parent), child(newest, parent));
            Instant now = newest.clock().instant();
            StepEntry step = new StepEntry(1, "child:greet#1", "greet", 1, now, null, null, null);
            List<RunId> ids = children.stream().map(NewRun::id).toList();
            assertThat(newest.spawn(new Spawn(parent, step, children, true))).isEqualTo(Receipt.RECORDED);
            Report.Awaits all = new Report.Awaits(ids, List.of(), false);
            record(newest, new Report.Waiting(parent, now, now, List.of(), null, all));
            Claim ended = claim(before, "greet");
            byte[] output = "1".getBytes(StandardCharsets.UTF_8);
            record(before, new Report.Ended(ended, RunState.COMPLETED, now, now, output, null, null, false));
            ids.stream().filter(id -> !id.equals(ended.run())).limit(1).forEach(id -> before.cancel(id, "enough"));
            before.advance();
            newest.advance();
            assertThat(newest.find(parent.run()).orElseThrow().state()).isEqualTo(RunState.WAITING);
            assertThat(before.purge(open(ids, newest, parent), false)).isEqualTo(PurgeAnswer.PURGED);
            newest.advance();
            assertThat(newest.find(parent.run()).orElseThrow().state()).isEqualTo(RunState.QUEUED);
            assertThat(newest.ends(parent.run(), ids))
                    .extracting(AwaitedEnd::state)
                    .containsExactlyInAnyOrder(RunState.COMPLETED, RunState.CANCELED, null);
        }
    }

    /** Nodes of the version before know no tokens, but look who waits for what has happened, and delete what runs awaited. */
    @Test
    void theVersionBeforeWakesAndDeletesRunsThatWaitForTokens() throws Exception {
        try (PostgresStore before = open(BEFORE);
                PostgresStore newest = open(Migrations.NEWEST)) {
            before.join("old", 3);
            newest.join("young", 3);
            Instant now = newest.clock().instant();
            TokenId token = TokenId.random();
            newest.tokens().create(new NewToken(token, "ok", null, List.of(), now, now.plusSeconds(60), null));
            newest.enqueue(NewRuns.many(1, "parent", newest.clock()));
            Claim claim = claim(newest, "parent");
            Report.Awaits awaits = new Report.Awaits(List.of(), List.of(token), false);
            record(newest, new Report.Waiting(claim, now, now, List.of(), null, awaits));
            assertThat(newest.tokens().end(token, null, "no")).contains(true);
            before.advance();
            assertThat(newest.find(claim.run()).orElseThrow().state()).isEqualTo(RunState.QUEUED);
            assertThat(before.purge(claim.run(), true)).isEqualTo(PurgeAnswer.PURGED);
        }
        assertThat(server.query(database, "select count(*) from errand.awaited"))
                .isEqualTo("0");
    }

    /** The one that has not ended. */
    private static RunId open(List<RunId> awaited, PostgresStore store, Claim parent) {
        List<RunId> ended =
                store.ends(parent.run(), awaited).stream().map(AwaitedEnd::run).toList();
        return awaited.stream().filter(id -> !ended.contains(id)).findFirst().orElseThrow();
    }

    private static NewRun child(PostgresStore store, Claim parent) {
        RunOptions options = RunOptions.NONE.withParent(parent.run());
        return NewRuns.of("greet", store.clock()).options(options).build();
    }

    private static Claim claim(PostgresStore store, String task) throws Exception {
        return store.claim(new ClaimRequest(1, Set.of(task)))
                .toCompletableFuture()
                .get(60, TimeUnit.SECONDS)
                .getFirst();
    }

    private static void record(PostgresStore store, Report report) throws Exception {
        assertThat(store.record(List.of(report)).toCompletableFuture().get(60, TimeUnit.SECONDS))
                .containsOnly(Receipt.RECORDED);
    }

    @Test
    void aVersionThatTheTablesAreTooNewForIsTurnedAway() {
        open(Migrations.NEWEST).close();
        server.execute(database, "update errand.version set oldest = number where number = " + Migrations.NEWEST);
        assertThatThrownBy(() -> open(BEFORE))
                .isInstanceOf(StoreException.class)
                .hasMessageContainingAll("newer Errand", "this one knows " + BEFORE, "upgrade Errand")
                .message()
                .hasLineCount(1);
    }
}
