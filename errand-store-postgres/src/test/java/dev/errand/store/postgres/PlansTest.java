package dev.errand.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Limits;
import dev.errand.Page;
import dev.errand.PurgeCounts;
import dev.errand.Retention;
import dev.errand.RunId;
import dev.errand.RunInfo;
import dev.errand.RunQuery;
import dev.errand.RunState;
import dev.errand.store.Claim;
import dev.errand.store.ClaimRequest;
import dev.errand.store.EventCursor;
import dev.errand.store.KeyHash;
import dev.errand.store.KeyedRun;
import dev.errand.store.NewRun;
import dev.errand.store.QueueEntry;
import dev.errand.store.Report;
import dev.errand.store.RunOptions;
import dev.errand.store.Spawn;
import dev.errand.store.StepEntry;
import dev.errand.store.StoreSettings;
import dev.errand.store.postgres.server.PostgresServer;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * No statement of the store reads through a large table, whatever the statistics are: on a million runs, the server's own counters say
 * what was read. Each statement is repeated until the server has settled on a plan for all parameters.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Order(1)
class PlansTest {
    private static final int ROUNDS = 12;
    private static final String LARGE = "('run', 'chunk', 'outcome', 'tag', 'event', 'step', 'awaited')";
    private static final String LIMITED = "limited";
    private static PostgresServer server;
    private static String database;
    private static PostgresStore early;

    @BeforeAll
    static void load() throws Exception {
        server = PostgresServer.start(Map.of("autovacuum", "off", "shared_buffers", "256MB", "max_wal_size", "4GB"));
        database = server.createDatabase();
        early = open();
        for (String table : List.of("run", "chunk", "outcome", "tag", "event", "step")) {
            server.execute(
                    database, "alter table errand." + table + " set unlogged"); // planned alike, and filled sooner
        }
        join(early);
        server.execute(database, """
                insert into errand.run (id, batch, position, created, task, priority, payload)
                values (gen_random_uuid(), 0, 0, 0, 0, 0, '1');
                insert into errand.outcome (run, ended, state, attempt, redeliveries, retriable)
                values (gen_random_uuid(), 0, 6, 1, 0, true);
                insert into errand.chunk (line, position, first, last, single, state, batch, runs, priority, due)
                values (0, 0, gen_random_uuid(), gen_random_uuid(), true, 1, 0, 1, 0, 0);
                insert into errand.step (run, position, attempt, started, key, name) values (gen_random_uuid(), 1, 1, 0, '', '');
                insert into errand.awaited (run, kind, subject) values (gen_random_uuid(), 0, gen_random_uuid());
                analyze;
                """);
        for (int round = 0; round < ROUNDS; round++) {
            trip(early);
        }
        server.execute(database, """
                delete from errand.run;
                delete from errand.outcome;
                delete from errand.chunk;
                delete from errand.step;
                delete from errand.awaited;
                """);
        server.execute(database, MillionRuns.SQL);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    @Execution(ExecutionMode.SAME_THREAD)
    @Order(0)
    void withPlansFromWhenThereWasNextToNothing() throws Exception {
        server.execute(database, "select pg_stat_reset()");
        for (int round = 0; round < ROUNDS; round++) {
            trip(early);
        }
        early.close();
        check();
    }

    @Test
    @Execution(ExecutionMode.SAME_THREAD)
    @Order(1)
    void withStatisticsFromWhenThereWasNextToNothing() throws Exception {
        useAndCheck();
    }

    @Test
    @Execution(ExecutionMode.SAME_THREAD)
    @Order(2)
    void withoutStatistics() throws Exception {
        server.execute(
                database,
                "delete from pg_statistic where starelid in (select oid from pg_class where relname in " + LARGE + ")");
        useAndCheck();
    }

    @Test
    @Execution(ExecutionMode.SAME_THREAD)
    @Order(3)
    void withStatisticsOfToday() throws Exception {
        server.execute(database, "vacuum analyze");
        useAndCheck();
    }

    /** The last that ended, whose chunks hold others still: these are told that some are gone. */
    @Test
    @Execution(ExecutionMode.SAME_THREAD)
    @Order(4)
    void whereWholeSlicesArePurgedAtOnce() throws Exception {
        String last = "select string_agg(run::text, ' ') from"
                + " (select run from errand.outcome where state = 5 order by run desc limit " + ROUNDS * 200 + ") o";
        List<RunId> ended = Stream.of(
                        String.valueOf(server.query(database, last)).split(" "))
                .map(UUID::fromString)
                .map(Ids::of)
                .toList();
        reading().begin();
        try (PostgresStore store = open()) {
            join(store);
            assertThat(store.purge(ended, false)).isEqualTo(new PurgeCounts(ended.size(), 0));
        }
        reading().assertNoScans();
    }

    @Test
    @Execution(ExecutionMode.SAME_THREAD)
    @Order(5)
    void whateverTheStoreMayAsk() throws Exception {
        StatementPlans.check(server.url(database), LARGE);
    }

    private static PostgresStore open() {
        Clock clock = Clock.systemUTC();
        StoreSettings settings = new StoreSettings(server.url(database), null, Map.of(), clock);
        return PostgresStore.open(Settings.of(settings), clock);
    }

    private static void useAndCheck() throws Exception {
        reading().begin();
        try (PostgresStore store = open()) {
            join(store);
            for (int round = 0; round < ROUNDS; round++) {
                limits(store);
                wake(store, trip(store));
                request(store);
                keys(store);
                list(store);
                store.beat();
                store.advance();
                store.prune(Retention.all(Duration.ofMinutes(30)), 100);
                store.events(EventCursor.START, 100);
                store.lastEvent();
                store.cursorAt(Instant.now());
            }
            store.recover();
        }
        check();
    }

    private static void join(PostgresStore store) {
        store.join("planned", 100);
        store.serve(Set.of("common", "rare"));
    }

    private static void check() {
        reading().assertNoScans();
        // A statement that read through an index of a hundred thousand rows would do so with each round, and one that
        // walks through an index
        // for the few of its entries that fit as well. Most of the pages are those of lists, each of which looks at up
        // to a hundred runs.
        reading().assertWithin(ROUNDS * 60_000L, ROUNDS * 32_000L);
    }

    private static Reading reading() {
        return new Reading(server, database, LARGE);
    }

    /** So that all that follows is done under limits, too. */
    private static void limits(PostgresStore store) {
        Limits limits = Limits.none().concurrency(5).concurrencyPerKey(1).maxPending(10_000);
        store.queues().declare(List.of(new QueueEntry(LIMITED, limits)));
        RunOptions options = RunOptions.NONE.withQueue(LIMITED);
        for (RunOptions limited :
                List.of(options, options.withConcurrencyKey("k1"), options.withConcurrencyKey("k2"))) {
            NewRun run = run("rare", Duration.ZERO);
            store.enqueue(List.of(new NewRun(
                    run.id(),
                    run.task(),
                    null,
                    List.of(),
                    run.payload(),
                    run.createdAt(),
                    run.dueAt(),
                    0,
                    null,
                    limited)));
        }
        assertThat(store.queues().find(LIMITED)).isPresent();
    }

    /** Answers who awaits whom since then. */
    private static Map<RunId, RunId> trip(PostgresStore store) throws Exception {
        List<NewRun> runs = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            runs.add(run("common", Duration.ZERO));
        }
        store.enqueue(runs);
        store.enqueue(List.of(run("rare", Duration.ZERO)));
        store.enqueue(List.of(run("rare", Duration.ofHours(1))));
        List<Claim> claims = store.claim(new ClaimRequest(20, Set.of("common", "rare")))
                .toCompletableFuture()
                .get(60, TimeUnit.SECONDS);
        assertThat(claims).isNotEmpty();
        Instant now = store.clock().instant();
        store.record(List.of(new Report.Started(claims.getFirst(), now)))
                .toCompletableFuture()
                .get(60, TimeUnit.SECONDS);
        int waiting = Math.min(3, claims.size());
        Map<RunId, RunId> awaited = await(store, claims.subList(0, waiting));
        List<Report> ends = new ArrayList<>();
        for (Claim claim : claims.subList(waiting, claims.size())) {
            byte[] output = "1".getBytes(StandardCharsets.UTF_8);
            ends.add(new Report.Journaled(claim, new StepEntry(1, "pay", "pay", 1, now, now, output, null)));
            ends.add(new Report.Ended(claim, RunState.COMPLETED, now, now, output, null, null, false));
        }
        store.record(ends).toCompletableFuture().get(60, TimeUnit.SECONDS);
        return awaited;
    }

    /** Of which one has a row of its own. Answers whom each awaits. */
    private static Map<RunId, RunId> await(PostgresStore store, List<Claim> claims) throws Exception {
        Instant now = store.clock().instant();
        StepEntry spawn = new StepEntry(2, "spawn", "spawn", 1, now, now, null, null);
        StepEntry wait = new StepEntry(3, "wait", "wait", 1, now, now, null, null);
        List<Report> reports = new ArrayList<>();
        Map<RunId, RunId> awaited = new HashMap<>();
        for (Claim claim : claims) {
            NewRun child = run("rare", Duration.ofHours(1));
            awaited.put(claim.run(), child.id());
            Report.Awaits awaits = new Report.Awaits(List.of(child.id()), List.of(), false);
            store.spawn(new Spawn(claim, spawn, List.of(child), true));
            reports.add(new Report.Waiting(claim, now, now, List.of(wait), null, awaits));
        }
        store.record(reports).toCompletableFuture().get(60, TimeUnit.SECONDS);
        return awaited;
    }

    private static void wake(PostgresStore store, Map<RunId, RunId> awaited) {
        awaited.values().forEach(child -> store.cancel(child, "not needed"));
        store.advance();
        awaited.forEach((parent, child) -> {
            assertThat(store.ends(parent, List.of(child))).hasSize(1);
            assertThat(store.find(parent).orElseThrow().state()).isEqualTo(RunState.QUEUED);
        });
    }

    private static NewRun run(String task, Duration delay) {
        Instant now = Instant.now();
        byte[] payload = "1".getBytes(StandardCharsets.UTF_8);
        return new NewRun(
                RunId.next(), task, "fresh", List.of("fresh"), payload, now, now.plus(delay), 0, null, RunOptions.NONE);
    }

    private static void keys(PostgresStore store) {
        Instant now = Instant.now();
        KeyedRun run = new KeyedRun(
                run("rare", Duration.ofHours(1)),
                new KeyedRun.Idempotency(KeyHash.of("k" + now), "k", now.plusSeconds(60), KeyHash.of("1"), true),
                new KeyedRun.Debounced(KeyHash.of("d"), null, true));
        RunId stored = store.keys().enqueue(List.of(run)).getFirst().run();
        assertThat(store.keys().enqueue(List.of(run)).getFirst().run()).isEqualTo(stored);
        NewRun child = run("rare", Duration.ofHours(1));
        store.enqueue(List.of(new NewRun(
                child.id(),
                child.task(),
                null,
                List.of(),
                child.payload(),
                now,
                child.dueAt(),
                0,
                null,
                RunOptions.NONE.withParent(stored))));
        store.cancel(stored, "with its child");
        assertThat(store.find(child.id()).orElseThrow().state()).isEqualTo(RunState.CANCELED);
        assertThat(store.keys().reset("rare", KeyHash.of("k" + now))).isTrue();
    }

    private static void list(PostgresStore store) {
        RunQuery all = RunQuery.all().limit(20);
        assertThat(store.list(all).items()).hasSize(20);
        assertThat(store.list(all.tasks("rare")).items()).isNotEmpty();
        assertThat(store.list(all.names("rare")).items()).isNotEmpty();
        assertThat(store.list(all.tags("rare")).items()).isNotEmpty();
        assertThat(store.list(all.onlyActive()).items()).isNotEmpty();
        RunId parent = new RunId(0, 1);
        for (RunQuery tree : List.of(all.parent(parent), all.root(parent))) {
            String next = store.list(tree).next().orElseThrow();
            assertThat(store.list(tree.after(next)).items())
                    .hasSize(20)
                    .extracting(RunInfo::parent)
                    .containsOnly(parent);
        }
        for (RunState state :
                List.of(RunState.COMPLETED, RunState.FAILED, RunState.DELAYED, RunState.QUEUED, RunState.CANCELED)) {
            Page<RunInfo> page = store.list(all.states(state));
            assertThat(page.items()).extracting(RunInfo::state).containsOnly(state);
        }
        store.list(all.states(RunState.EXECUTING, RunState.RETRYING, RunState.EXPIRED));
        for (RunQuery query : List.of(
                all,
                all.tasks("common"),
                all.tags("rare"),
                all.parent(parent),
                all.states(RunState.FAILED),
                all.states(RunState.DELAYED),
                all.states(RunState.QUEUED))) {
            String last = store.list(query).items().getLast().id().toString();
            assertThat(store.list(query.before(last)).items()).isNotEmpty();
        }
        Instant now = store.clock().instant();
        store.list(all.createdFrom(now.minusSeconds(60)).createdUntil(now));
    }

    private static void request(PostgresStore store) {
        RunId queued = first(store, RunState.QUEUED);
        assertThat(store.ahead(queued, 100)).isNotNegative();
        store.cancel(queued, "not needed");
        RunId delayed = first(store, RunState.DELAYED);
        store.reschedule(delayed, store.clock().instant().plusSeconds(7200), null);
        store.cancel(delayed, "not needed");
        RunId failed = first(store, RunState.FAILED);
        store.retry(failed, 10, null, true);
        store.purge(first(store, RunState.COMPLETED), false);
        store.attempts(failed);
        store.emitted(failed);
        store.emitted(failed, 0, 10);
        store.takeEmitted(failed, 10);
        store.log(failed, 0, 10);
        store.steps(failed, 0, 10);
        store.cancelRequests();
        store.find(failed);
    }

    private static RunId first(PostgresStore store, RunState state) {
        return store.list(RunQuery.all().states(state).limit(1))
                .items()
                .getFirst()
                .id();
    }
}
