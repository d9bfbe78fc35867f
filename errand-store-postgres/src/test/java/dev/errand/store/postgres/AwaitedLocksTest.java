package dev.errand.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.RunState;
import dev.errand.store.Claim;
import dev.errand.store.ClaimRequest;
import dev.errand.store.NewRun;
import dev.errand.store.NewRuns;
import dev.errand.store.Receipt;
import dev.errand.store.Report;
import dev.errand.store.RunOptions;
import dev.errand.store.Spawn;
import dev.errand.store.StepEntry;
import dev.errand.store.StoreSettings;
import dev.errand.store.postgres.server.PostgresServer;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What transactions lock and write of who awaits whom. */
class AwaitedLocksTest {
    private static final Clock CLOCK = Clock.systemUTC();
    private final PostgresServer server = PostgresServer.shared();
    private final String database = server.createDatabase();
    private final Settings settings = settings("");
    private final PostgresStore store = PostgresStore.open(settings, CLOCK);
    private final long node = store.join("first", 100);

    @AfterEach
    void drop() {
        store.close();
        server.dropDatabase(database);
    }

    private Settings settings(String more) {
        return Settings.of(new StoreSettings(server.url(database) + more, null, Map.of(), CLOCK));
    }

    private List<Claim> claim(String task, int many) throws Exception {
        List<Claim> claims = new ArrayList<>();
        while (claims.size() < many) {
            claims.addAll(store.claim(new ClaimRequest(many - claims.size(), Set.of(task)))
                    .toCompletableFuture()
                    .get(20, TimeUnit.SECONDS));
        }
        return claims;
    }

    private void record(List<Report> reports) throws Exception {
        assertThat(store.record(reports).toCompletableFuture().get(20, TimeUnit.SECONDS))
                .containsOnly(Receipt.RECORDED);
    }

    private Claim parent() throws Exception {
        store.enqueue(NewRuns.many(1, "parent", CLOCK));
        return claim("parent", 1).getFirst();
    }

    private List<NewRun> spawned(Claim parent, int many) {
        List<NewRun> children = new ArrayList<>();
        for (int i = 0; i < many; i++) {
            RunOptions options = RunOptions.NONE.withParent(parent.run());
            children.add(NewRuns.of("child", CLOCK).options(options).build());
        }
        StepEntry step = new StepEntry(1, "child:child#1", "child", 1, CLOCK.instant(), null, null, null);
        assertThat(store.spawn(new Spawn(parent, step, children, true))).isEqualTo(Receipt.RECORDED);
        return children;
    }

    private static Report.Waiting waiting(Claim parent, @Nullable Instant due, List<NewRun> children) {
        Instant now = CLOCK.instant();
        StepEntry wait = new StepEntry(2, "wait", "wait", 1, now, null, null, null);
        Report.Awaits awaits = children.isEmpty()
                ? null
                : new Report.Awaits(children.stream().map(NewRun::id).toList(), List.of(), false);
        return new Report.Waiting(parent, now, now, List.of(wait), due, awaits);
    }

    private static Report completed(Claim claim) {
        Instant now = CLOCK.instant();
        byte[] output = "1".getBytes(StandardCharsets.UTF_8);
        return new Report.Ended(claim, RunState.COMPLETED, now, now, output, null, null, false);
    }

    /** The child was asked to stop, and ends by what its body was about to give back: after those were looked at whom others await. */
    @Test
    void aParentGoesOnWhoseChildEndsInTheCommitInWhichItBeginsToWait() throws Exception {
        Claim parent = parent();
        List<NewRun> children = spawned(parent, 1);
        Claim child = claim("child", 1).getFirst();
        record(List.of(new Report.Started(child, CLOCK.instant())));
        store.cancel(child.run(), "enough");
        try (Database connection = new Connections(settings).open()) {
            TaskNumbers tasks = new TaskNumbers();
            tasks.load(connection);
            Tx tx = new Tx(connection, tasks, new Time(CLOCK).now(), node);
            connection.begin();
            List<Report> reports = List.of(new Report.Released(child), waiting(parent, null, children));
            assertThat(new Recording(tx, new Held(), true, false).record(reports))
                    .containsOnly(Receipt.RECORDED);
            assertThat(tx.finishAlive(Streams.record(node))).isTrue();
            connection.commit();
        }
        store.advance();
        assertThat(store.find(child.run()).orElseThrow().state()).isEqualTo(RunState.CANCELED);
        assertThat(store.find(parent.run()).orElseThrow().state()).isEqualTo(RunState.QUEUED);
    }

    @Test
    void aWaitRewritesNothingOfWhatWasAwaitedEarlier() throws Exception {
        Claim parent = parent();
        List<NewRun> children = spawned(parent, 20);
        record(List.of(waiting(parent, null, children)));
        record(claim("child", 20).stream().map(AwaitedLocksTest::completed).toList());
        store.advance();
        Claim again = claim("parent", 1).getFirst();
        assertThat(again.resumed()).isTrue();
        String versions =
                "select string_agg(xmin::text || xmax::text || ctid::text, ' ' order by subject) from errand.awaited";
        String before = server.query(database, versions);
        record(List.of(waiting(again, CLOCK.instant().plus(Duration.ofHours(1)), List.of())));
        assertThat(server.query(database, versions)).isEqualTo(before);
        assertThat(store.find(parent.run()).orElseThrow().state()).isEqualTo(RunState.WAITING);
    }

    /** Through a pooler nothing can be set that is to last. */
    @Test
    void aTransactionOnASharedConnectionIsToldThatItsEndsAreToldOf() throws Exception {
        Settings shared = settings("&errand.notify=off");
        try (Database connection = new Connections(shared).openToWork(Plans.FEW)) {
            connection.begin();
            assertThat(tells(connection)).isEqualTo("on");
            connection.commit();
            assertThat(tells(connection)).isNotEqualTo("on");
        }
    }

    private static String tells(Database connection) throws Exception {
        return connection
                .sql("select current_setting('errand.tells', true)")
                .first(row -> row.getString(1))
                .orElse("");
    }

    /** As nodes of the version before do, who do not say that it is one. */
    @Test
    void anEndInATransactionOfAUsersLocksNobodyWhoAwaitsIt() throws Exception {
        Claim parent = parent();
        NewRun child = spawned(parent, 1).getFirst();
        try (Connection users = server.connect(database)) {
            users.setAutoCommit(false);
            try (Statement statement = users.createStatement()) {
                statement.execute("""
                        with gone as (delete from errand.chunk where first = '%1$s' returning line),
                        told as (
                            insert into errand.untold (run, task, attempt, from_state, to_state, at)
                            select '%1$s', (select task from errand.run where id = '%1$s'), 1, 2, 5, 0 from gone)
                        insert into errand.outcome (run, ended, state, attempt, redeliveries, retriable, output)
                        select '%1$s', 0, 5, 1, 0, false, '"late"' from gone
                        """.formatted(Ids.uuid(child.id())));
            }
            record(List.of(waiting(parent, null, List.of(child))));
            assertThat(store.find(parent.run()).orElseThrow().state()).isEqualTo(RunState.WAITING);
            users.commit();
        }
        store.advance();
        store.advance();
        assertThat(store.find(parent.run()).orElseThrow().state()).isEqualTo(RunState.QUEUED);
        assertThat(store.ends(parent.run(), List.of(child.id()))).hasSize(1);
    }
}
