package dev.errand.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Failure;
import dev.errand.FailureKind;
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
import dev.errand.store.StepEntry;
import dev.errand.store.Store;
import dev.errand.store.TestClock;
import dev.errand.store.copy.StoreCopy;
import dev.errand.store.format.Documents;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who marks that what a run awaits has happened, and what follows from it at once. */
class AwaitedTest {
    private static final String PARENT = "parent";
    private static final String CHILD = "child";
    private static final String EVENTS_OF_THE_VERSION_BEFORE =
            "insert into event (at, node, events, body) values (0, 1, 0, x'')";

    private final TestClock clock = new TestClock();
    private final SqliteFixture fixture = new SqliteFixture();
    private Store store;

    @BeforeEach
    void open() {
        store = fixture.open(clock);
        store.join("first", 100);
    }

    @AfterEach
    void close() {
        store.close();
        fixture.close();
    }

    private static <T> T await(CompletionStage<T> stage) {
        return stage.toCompletableFuture().orTimeout(10, TimeUnit.SECONDS).join();
    }

    private RunId enqueue(String task) {
        NewRun run = NewRuns.of(task, clock).build();
        store.enqueue(List.of(run));
        return run.id();
    }

    private Claim claim(String task) {
        return await(store.claim(new ClaimRequest(1, Set.of(task)))).getFirst();
    }

    private void record(Report... reports) {
        assertThat(await(store.record(List.of(reports)))).containsOnly(Receipt.RECORDED);
    }

    private Report.Ended completed(Claim claim) {
        byte[] output = "\"done\"".getBytes(StandardCharsets.UTF_8);
        return new Report.Ended(claim, RunState.COMPLETED, clock.instant(), clock.instant(), output, null, null, false);
    }

    /** A run that waits for one that it triggered. Answers the other. */
    private RunId awaitOne(RunId parent) {
        NewRun child = NewRuns.of(CHILD, clock).options(NewRuns.childOf(parent)).build();
        Claim claim = claim(PARENT);
        assertThat(claim.run()).isEqualTo(parent);
        Instant now = clock.instant();
        StepEntry step = new StepEntry(1, "child", CHILD, 1, now, null, null, null);
        record(new Report.Spawned(claim, step, List.of(child), true));
        Report.Awaits awaits = new Report.Awaits(List.of(child.id()), false);
        record(new Report.Waiting(claim, now, now, List.of(), null, awaits));
        return child.id();
    }

    private RunState state(RunId run) {
        return store.find(run).orElseThrow().state();
    }

    private AwaitedEnd end(RunId parent, RunId child) {
        List<AwaitedEnd> ends = store.ends(parent, List.of(child));
        assertThat(ends).hasSize(1);
        return ends.getFirst();
    }

    private void execute(String... statements) throws SQLException {
        try (Connection connection = fixture.connect();
                Statement statement = connection.createStatement()) {
            for (String text : statements) {
                statement.executeUpdate(text);
            }
            connection.commit();
        }
    }

    private int count(String query) throws SQLException {
        try (Connection connection = fixture.connect();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            return row.getInt(1);
        }
    }

    private int rows() throws SQLException {
        return count("select count(*) from awaited");
    }

    @Test
    void whoWaitsIsQueuedByTheCommitThatEndsItsWait() {
        RunId parent = enqueue(PARENT);
        awaitOne(parent);
        Claim child = claim(CHILD);
        CompletionStage<List<Claim>> claims = store.claim(new ClaimRequest(1, Set.of(PARENT)));
        record(completed(child));
        assertThat(await(claims)).extracting(Claim::run).containsExactly(parent);
    }

    @Test
    void whoBeginsToWaitForWhatHasHappenedIsQueuedByThatCommit() {
        RunId parent = enqueue(PARENT);
        NewRun child = NewRuns.of(CHILD, clock).build();
        Claim claim = claim(PARENT);
        Instant now = clock.instant();
        StepEntry step = new StepEntry(1, "child", CHILD, 1, now, null, null, null);
        record(new Report.Spawned(claim, step, List.of(child), true));
        record(completed(claim(CHILD)));
        record(new Report.Waiting(claim, now, now, List.of(), null, new Report.Awaits(List.of(child.id()), false)));
        assertThat(claim(PARENT).run()).isEqualTo(parent);
    }

    @Test
    void oneCommitThatBeginsTheWaitAndEndsItLeavesNobodyWaiting() {
        RunId parent = enqueue(PARENT);
        NewRun child = NewRuns.of(CHILD, clock).build();
        Claim claim = claim(PARENT);
        Instant now = clock.instant();
        StepEntry step = new StepEntry(1, "child", CHILD, 1, now, null, null, null);
        record(new Report.Spawned(claim, step, List.of(child), true));
        Report.Awaits awaits = new Report.Awaits(List.of(child.id()), true);
        record(completed(claim(CHILD)), new Report.Waiting(claim, now, now, List.of(), null, awaits));
        assertThat(state(parent)).isEqualTo(RunState.QUEUED);
    }

    @Test
    void aTransactionOfAUsersThatEndsARunQueuesWhoWaitsForIt() throws SQLException {
        RunId parent = enqueue(PARENT);
        awaitOne(parent);
        Claim child = claim(CHILD);
        try (Connection connection = fixture.connect()) {
            assertThat(store.complete(connection, () -> null, completed(child))).isEqualTo(Receipt.RECORDED);
            assertThat(state(parent)).isEqualTo(RunState.WAITING);
            connection.commit();
        }
        assertThat(state(parent)).isEqualTo(RunState.QUEUED);
        assertThat(claim(PARENT).run()).isEqualTo(parent);
    }

    @Test
    void whatAProcessOfTheVersionBeforeEndsIsFoundByWhoKeepsTime() throws SQLException {
        RunId parent = enqueue(PARENT);
        RunId child = awaitOne(parent);
        Failure failure = new Failure(FailureKind.ERROR, "E", "boom", "", 1, clock.instant());
        execute(
                "delete from live where number = 2",
                "insert into outcome (number, state, attempt, ended, redeliveries, failure, reason, retriable) values (2, 6, 1, 0, 0, '%s', 'because', 1)"
                        .formatted(Documents.failure(failure)),
                EVENTS_OF_THE_VERSION_BEFORE);
        assertThat(state(child)).isEqualTo(RunState.FAILED);
        store.advance();
        assertThat(state(parent)).isEqualTo(RunState.QUEUED);
        assertThat(end(parent, child).state()).isEqualTo(RunState.FAILED);
        assertThat(end(parent, child).failure()).isEqualTo(failure);
        assertThat(end(parent, child).reason()).isEqualTo("because");
    }

    @Test
    void whatAProcessOfTheVersionBeforeDeletesIsFoundByWhoKeepsTime() throws SQLException {
        RunId parent = enqueue(PARENT);
        RunId child = awaitOne(parent);
        execute("delete from live where number = 2", "delete from run where number = 2", EVENTS_OF_THE_VERSION_BEFORE);
        store.advance();
        assertThat(state(parent)).isEqualTo(RunState.QUEUED);
        assertThat(end(parent, child).state()).isNull();
    }

    /** It would cost each run that ends, whether anybody awaits it or not: docs/adr/0017. */
    @Test
    void noTriggerActsForEachRunThatEnds() throws SQLException {
        assertThat(count("select count(*) from sqlite_master where type = 'trigger' and tbl_name in ('outcome', 'live')"))
                .isZero();
    }

    @Test
    void whatARunAwaitsGoesWithIt() throws SQLException {
        RunId parent = enqueue(PARENT);
        awaitOne(parent);
        assertThat(rows()).isEqualTo(1);
        assertThat(store.purge(parent, false)).isEqualTo(PurgeAnswer.PURGED);
        assertThat(rows()).isZero();
        record(completed(claim(CHILD)));
    }

    @Test
    void aNumberThatIsGivenAgainIsAnotherRuns() {
        RunId parent = enqueue(PARENT);
        RunId child = awaitOne(parent);
        store.purge(child, false);
        store.close();
        open(); // who opens the file again counts on from the last number there is
        enqueue(CHILD);
        record(completed(claim(CHILD)));
        assertThat(end(parent, child).state()).isNull();
        Claim again = claim(PARENT);
        NewRun other = NewRuns.of(CHILD, clock).build();
        StepEntry step = new StepEntry(2, "other", CHILD, 1, clock.instant(), null, null, null);
        record(new Report.Spawned(again, step, List.of(other), true));
        record(completed(claim(CHILD)));
        assertThat(end(parent, other.id()).state()).isEqualTo(RunState.COMPLETED);
    }

    @Test
    void aWaitIsCopied() {
        RunId parent = enqueue(PARENT);
        RunId child = awaitOne(parent);
        RunId waits = enqueue(PARENT);
        RunId ended = awaitOne(waits);
        RunId other = enqueue(PARENT);
        awaitOne(other);
        Claim first = claim(CHILD);
        Claim second = claim(CHILD);
        assertThat(List.of(first.run(), second.run())).containsExactly(child, ended);
        record(completed(second), new Report.Released(first));
        store.close();
        String there = Location.PREFIX + fixture.file().resolveSibling("there.db");
        assertThat(new StoreCopy(Location.PREFIX + fixture.file(), there)
                        .run(progress -> {})
                        .awaited())
                .isEqualTo(3);
        store = SqliteStore.open(Location.of(there), clock);
        store.join("there", 10);
        assertThat(store.find(parent).orElseThrow().dueAt()).isNull();
        assertThat(store.advance()).isEmpty();
        assertThat(new String(Objects.requireNonNull(end(waits, ended).output()), StandardCharsets.UTF_8))
                .isEqualTo("\"done\"");
        assertThat(claim(PARENT).run()).isEqualTo(waits);
        assertThat(store.ends(parent, List.of(child))).isEmpty();
        Claim copied = claim(CHILD);
        assertThat(copied.run()).isEqualTo(child);
        record(completed(copied));
        assertThat(claim(PARENT).run()).isEqualTo(parent);
        assertThat(state(other)).isEqualTo(RunState.WAITING);
    }
}
