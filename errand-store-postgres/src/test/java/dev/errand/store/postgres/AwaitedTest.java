package dev.errand.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.PurgeAnswer;
import dev.errand.RunId;
import dev.errand.RunState;
import dev.errand.store.AwaitedEnd;
import dev.errand.store.Claim;
import dev.errand.store.ClaimRequest;
import dev.errand.store.NewRun;
import dev.errand.store.NewRuns;
import dev.errand.store.Receipt;
import dev.errand.store.Report;
import dev.errand.store.RunOptions;
import dev.errand.store.Spawn;
import dev.errand.store.StepEntry;
import dev.errand.store.Store;
import dev.errand.store.StoreSettings;
import dev.errand.store.copy.StoreCopy;
import dev.errand.store.postgres.server.PostgresServer;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Ends that others await: in a copy, with fewer rights, and while many look at once. */
class AwaitedTest {
    private static final Clock CLOCK = Clock.systemUTC();
    private final PostgresServer server = PostgresServer.shared();
    private final String database = server.createDatabase();

    @AfterEach
    void drop() {
        server.dropDatabase(database);
    }

    private PostgresStore open(String url) {
        return PostgresStore.open(Settings.of(new StoreSettings(url, null, Map.of(), CLOCK)), CLOCK);
    }

    private static List<Claim> claim(Store store, String task, int most) throws Exception {
        List<Claim> claims = new ArrayList<>();
        while (claims.size() < most) {
            claims.addAll(store.claim(new ClaimRequest(most - claims.size(), Set.of(task)))
                    .toCompletableFuture()
                    .get(60, TimeUnit.SECONDS));
        }
        return claims;
    }

    private static void record(Store store, List<Report> reports) throws Exception {
        assertThat(store.record(reports).toCompletableFuture().get(60, TimeUnit.SECONDS))
                .containsOnly(Receipt.RECORDED);
    }

    private static List<NewRun> children(Claim parent, int many) {
        List<NewRun> children = new ArrayList<>();
        for (int i = 0; i < many; i++) {
            RunOptions options = RunOptions.NONE.withParent(parent.run());
            children.add(NewRuns.of("child", CLOCK).options(options).build());
        }
        return children;
    }

    private static void spawn(Store store, Claim parent, List<NewRun> children) {
        Instant now = CLOCK.instant();
        StepEntry step = new StepEntry(1, "child:child#1", "child", 1, now, null, null, null);
        assertThat(store.spawn(new Spawn(parent, step, children, true))).isEqualTo(Receipt.RECORDED);
    }

    private static Report waiting(Claim parent, List<NewRun> children) {
        Instant now = CLOCK.instant();
        StepEntry wait = new StepEntry(2, "wait", "wait", 1, now, null, null, null);
        Report.Awaits awaits =
                new Report.Awaits(children.stream().map(NewRun::id).toList(), List.of(), false);
        return new Report.Waiting(parent, now, now, List.of(wait), null, awaits);
    }

    private static void begin(Store store, Claim parent, List<NewRun> children) throws Exception {
        spawn(store, parent, children);
        record(store, List.of(waiting(parent, children)));
    }

    private static Report completed(Claim claim) {
        Instant now = CLOCK.instant();
        byte[] output = "\"ümläut\"".getBytes(StandardCharsets.UTF_8);
        return new Report.Ended(claim, RunState.COMPLETED, now, now, output, null, null, false);
    }

    private static RunState state(Store store, RunId run) {
        return store.find(run).orElseThrow().state();
    }

    @Test
    void aCopyGoesOnAsTheOriginalWould() throws Exception {
        List<NewRun> children;
        Claim parent;
        try (PostgresStore store = open(server.url(database))) {
            store.join("first", 10);
            store.enqueue(NewRuns.many(1, "parent", CLOCK));
            parent = claim(store, "parent", 1).getFirst();
            children = children(parent, 2);
            begin(store, parent, children);
            record(store, List.of(completed(claim(store, "child", 1).getFirst())));
        }
        String copy = server.url(database) + "&errand.schema=copied";
        assertThat(new StoreCopy(server.url(database), copy).run(progress -> {}).awaited())
                .isEqualTo(2);
        try (PostgresStore store = open(copy)) {
            List<RunId> ids = children.stream().map(NewRun::id).toList();
            store.join("second", 10);
            store.advance();
            assertThat(state(store, parent.run())).isEqualTo(RunState.WAITING);
            assertThat(store.find(parent.run()).orElseThrow().dueAt()).isNull();
            AwaitedEnd end = store.ends(parent.run(), ids).getFirst();
            assertThat(end.state()).isEqualTo(RunState.COMPLETED);
            assertThat(end.output()).asString(StandardCharsets.UTF_8).isEqualTo("\"ümläut\"");
            record(store, List.of(completed(claim(store, "child", 1).getFirst())));
            store.advance();
            assertThat(state(store, parent.run())).isEqualTo(RunState.QUEUED);
        }
    }

    /** Nodes of the version before go on with the rights they had until the owner has given those to what is new. */
    @Test
    void whoMayNotTouchWhatTheUpgradeAddedEndsRunsThatOthersAwait() throws Exception {
        String role = "r" + UUID.randomUUID().toString().replace("-", "");
        server.execute(database, "create role " + role + " login");
        String worker = server.url(database).replaceAll("user=[^&]*", "user=" + role);
        try (PostgresStore owner = open(server.url(database))) {
            server.execute(database, """
                    grant usage on schema errand to %1$s;
                    grant select, insert, update, delete on all tables in schema errand to %1$s;
                    grant usage on all sequences in schema errand to %1$s;
                    grant execute on all functions in schema errand to %1$s;
                    revoke all on errand.awaited from %1$s;
                    """.formatted(role));
            owner.join("first", 10);
            owner.enqueue(NewRuns.many(1, "parent", CLOCK));
            Claim parent = claim(owner, "parent", 1).getFirst();
            // Without a parent: this version locks who awaits a child, the one before leaves all of that to the
            // database.
            List<NewRun> children = NewRuns.many(2, "child", CLOCK);
            begin(owner, parent, children);
            try (PostgresStore lesser = open(worker)) {
                lesser.join("lesser", 10);
                record(lesser, List.of(completed(claim(lesser, "child", 1).getFirst())));
                for (NewRun child : children) {
                    lesser.purge(child.id(), true);
                }
            }
            owner.advance();
            assertThat(state(owner, parent.run())).isEqualTo(RunState.QUEUED);
        } finally {
            server.execute(database, "drop owned by " + role + "; drop role " + role);
        }
    }

    /** An end in a transaction of a user's is marked when it is told, which a copy does not wait for. */
    @Test
    void anEndThatNobodyHasToldYetIsCopiedAndKeptWithItsOutput() throws Exception {
        List<NewRun> children;
        Claim parent;
        try (PostgresStore store = open(server.url(database))) {
            store.join("first", 10);
            store.enqueue(NewRuns.many(1, "parent", CLOCK));
            parent = claim(store, "parent", 1).getFirst();
            children = children(parent, 2);
            begin(store, parent, children);
        }
        // as by the commit of such a transaction, of which no node has heard
        server.execute(database, """
                set errand.later = 'on';
                delete from errand.chunk where state = 1;
                insert into errand.outcome (run, ended, state, attempt, redeliveries, retriable, output)
                select id, 0, 5, 1, 0, false, '"late"' from errand.run where id in ('%s', '%s')
                """.formatted(
                Ids.uuid(children.getFirst().id()), Ids.uuid(children.getLast().id())));
        String copy = server.url(database) + "&errand.schema=copied";
        new StoreCopy(server.url(database), copy).run(progress -> {});
        List<RunId> ids = children.stream().map(NewRun::id).toList();
        try (PostgresStore store = open(copy)) {
            store.join("second", 10);
            store.advance();
            assertThat(state(store, parent.run())).isEqualTo(RunState.QUEUED);
            assertLate(store.ends(parent.run(), ids));
        }
        try (PostgresStore store = open(server.url(database))) {
            store.join("third", 10);
            ids.forEach(child -> assertThat(store.purge(child, false)).isEqualTo(PurgeAnswer.PURGED));
            store.advance();
            assertThat(state(store, parent.run())).isEqualTo(RunState.QUEUED);
            assertLate(store.ends(parent.run(), ids));
        }
    }

    private static void assertLate(List<AwaitedEnd> ends) {
        assertThat(ends).hasSize(2).allSatisfy(end -> {
            assertThat(end.state()).isEqualTo(RunState.COMPLETED);
            assertThat(end.output()).asString(StandardCharsets.UTF_8).isEqualTo("\"late\"");
        });
    }

    /** Of two nodes each ends, in one commit, what the other's runs begin to wait for, while both look who is to wake. */
    @Test
    void nodesThatAwaitEachOthersRunsDoNotLockEachOtherOut() throws Exception {
        try (PostgresStore first = open(server.url(database));
                PostgresStore second = open(server.url(database))) {
            first.join("first", 100);
            second.join("second", 100);
            for (int round = 0; round < 50; round++) {
                List<Report> byFirst = new ArrayList<>();
                List<Report> bySecond = new ArrayList<>();
                List<Claim> parents = claimedBy(first, 5);
                parents.addAll(claimedBy(second, 5));
                for (int i = 0; i < parents.size(); i++) {
                    Claim parent = parents.get(i);
                    Store by = i < 5 ? first : second;
                    Store executor = i < 5 ? second : first;
                    List<NewRun> spawned = children(parent, 3);
                    spawn(by, parent, spawned);
                    (i < 5 ? byFirst : bySecond).add(waiting(parent, spawned));
                    for (Claim child : claim(executor, "child", 3)) {
                        (i < 5 ? bySecond : byFirst).add(completed(child));
                    }
                }
                List<CompletableFuture<?>> all = List.of(
                        first.record(byFirst).toCompletableFuture(),
                        second.record(bySecond).toCompletableFuture(),
                        CompletableFuture.supplyAsync(first::advance),
                        CompletableFuture.supplyAsync(second::advance));
                for (CompletableFuture<?> one : all) {
                    one.get(60, TimeUnit.SECONDS);
                }
                first.advance();
                List<Report> ends = new ArrayList<>();
                claim(first, "parent", 10).forEach(parent -> ends.add(completed(parent)));
                record(first, ends);
            }
        }
        awaitNobody();
        String deadlocks = "select deadlocks from pg_stat_database where datname = current_database()";
        assertThat(server.query(database, deadlocks)).isEqualTo("0");
    }

    /** So that what connections counted has been added up. */
    private void awaitNobody() {
        String others =
                "select count(*) from pg_stat_activity where datname = '" + database + "' and pid <> pg_backend_pid()";
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!"0".equals(server.query(database, others))) {
            assertThat(System.nanoTime()).as("others are still connected").isLessThan(deadline);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
    }

    private static List<Claim> claimedBy(Store store, int many) throws Exception {
        store.enqueue(NewRuns.many(many, "parent", CLOCK));
        return claim(store, "parent", many);
    }

    /** As where a transaction of a user's that stays open holds a run that waits: other runs go on meanwhile, and it does afterwards. */
    @Test
    void whoIsHeldByOthersKeepsNobodyFromGoingOn() throws Exception {
        try (PostgresStore store = open(server.url(database));
                Connection other = server.connect(database)) {
            store.join("first", 1_000);
            List<Claim> parents = claimedBy(store, 2);
            parents.sort(Comparator.comparing(Claim::run));
            List<NewRun> many = children(parents.getFirst(), 600);
            begin(store, parents.getFirst(), many);
            List<NewRun> one = children(parents.getLast(), 1);
            begin(store, parents.getLast(), one);
            other.setAutoCommit(false);
            try (Statement statement = other.createStatement()) {
                statement.execute("select 1 from errand.chunk where first = '"
                        + Ids.uuid(parents.getFirst().run()) + "' for update");
            }
            List<Report> ends = new ArrayList<>();
            claim(store, "child", 601).forEach(child -> ends.add(completed(child)));
            record(store, ends);
            Optional<Instant> next = store.advance();
            int looks = 1;
            while (next.filter(at -> at.isBefore(CLOCK.instant())).isPresent()) {
                next = store.advance();
                assertThat(++looks).isLessThan(10);
            }
            assertThat(next).as("when to look again").isPresent();
            assertThat(state(store, parents.getLast().run())).isEqualTo(RunState.QUEUED);
            assertThat(state(store, parents.getFirst().run())).isEqualTo(RunState.WAITING);
            other.rollback();
            store.advance();
            store.advance();
            assertThat(state(store, parents.getFirst().run())).isEqualTo(RunState.QUEUED);
        }
    }

    /** Whichever commit is first, of those that end runs and those that look who waits: nobody waits for what has happened. */
    @Test
    void manyWhoLookWhileRunsEndLeaveNobodyWaiting() throws Exception {
        try (PostgresStore first = open(server.url(database));
                PostgresStore second = open(server.url(database))) {
            first.join("first", 100);
            second.join("second", 100);
            for (int round = 0; round < 10; round++) {
                first.enqueue(NewRuns.many(20, "parent", CLOCK));
                List<Claim> parents = claim(first, "parent", 20);
                List<Report> waiting = new ArrayList<>();
                for (Claim parent : parents) {
                    List<NewRun> spawned = children(parent, 3);
                    spawn(first, parent, spawned);
                    waiting.add(waiting(parent, spawned));
                }
                List<Claim> children = claim(second, "child", 60);
                List<CompletableFuture<?>> all = new ArrayList<>();
                for (int from = 0; from < 60; from += 12) {
                    List<Report> ends = children.subList(from, from + 12).stream()
                            .map(AwaitedTest::completed)
                            .toList();
                    PostgresStore by = second;
                    all.add(CompletableFuture.supplyAsync(
                            () -> by.record(ends).toCompletableFuture().join()));
                    all.add(CompletableFuture.supplyAsync(first::advance));
                    all.add(CompletableFuture.supplyAsync(second::advance));
                    List<Report> some = waiting.subList(from / 3, from / 3 + 4);
                    all.add(CompletableFuture.supplyAsync(
                            () -> first.record(some).toCompletableFuture().join()));
                }
                for (CompletableFuture<?> one : all) {
                    one.get(60, TimeUnit.SECONDS);
                }
                first.advance();
                for (Claim parent : parents) {
                    assertThat(state(first, parent.run()))
                            .as("in round %d", round)
                            .isEqualTo(RunState.QUEUED);
                }
                claim(first, "parent", 20);
            }
        }
    }
}
