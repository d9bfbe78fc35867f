package dev.errand.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.errand.PurgeAnswer;
import dev.errand.QueueNotFoundException;
import dev.errand.RunId;
import dev.errand.RunState;
import dev.errand.store.Claim;
import dev.errand.store.ClaimRequest;
import dev.errand.store.NewRun;
import dev.errand.store.NewRuns;
import dev.errand.store.Receipt;
import dev.errand.store.Report;
import dev.errand.store.RunOptions;
import dev.errand.store.Spawn;
import dev.errand.store.copy.StoreCopy;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Who marks that what a run awaits has happened, and what follows from it at once. */
class AwaitedTest extends AwaitedStore {
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
        spawnAwaited(claim, 1, child);
        record(completed(claim(CHILD)));
        record(waiting(claim, false, List.of(child.id())));
        assertThat(claim(PARENT).run()).isEqualTo(parent);
    }

    @Test
    void oneCommitThatBeginsTheWaitAndEndsItLeavesNobodyWaiting() {
        RunId parent = enqueue(PARENT);
        NewRun child = NewRuns.of(CHILD, clock).build();
        Claim claim = claim(PARENT);
        spawnAwaited(claim, 1, child);
        record(completed(claim(CHILD)), waiting(claim, true, List.of(child.id())));
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

    /** It would cost each run that ends, whether anybody awaits it or not: docs/adr/0017. */
    @Test
    void noTriggerActsForEachRunThatEnds() throws SQLException {
        String triggers =
                "select count(*) from sqlite_master where type = 'trigger' and tbl_name in ('outcome', 'live')";
        String others =
                " and sql not like '%before delete on outcome%' and sql not like '%after update of resumed on live%'";
        assertThat(count(triggers + others)).isZero();
    }

    /** By the statements that claim, start and end it, and queue it when its time has come; only by what has it wait or be retried. */
    @Test
    void noTriggerActsForARunThatIsClaimedAndStartsAndEnds() throws SQLException {
        for (String statement : List.of(
                "update live set claim = 1, held = 1 where number = 1",
                "update live set state = 2, started = 1, expires = null where number = 1",
                "update live set state = 1 where number = 1",
                "delete from live where claim = 1 and number = 1",
                "insert into outcome (number, state, attempt, ended, redeliveries, retriable) values (1, 5, 1, 0, 0, 0)")) {
            assertThat(opcodes(statement)).as(statement).contains("Transaction").doesNotContain("Program");
        }
        assertThat(opcodes("update live set state = 4, resumed = 1 where number = 1"))
                .contains("Program");
    }

    private List<String> opcodes(String statement) throws SQLException {
        List<String> opcodes = new ArrayList<>();
        try (Connection connection = fixture.connect();
                Statement explain = connection.createStatement();
                ResultSet rows = explain.executeQuery("explain " + statement)) {
            while (rows.next()) {
                opcodes.add(rows.getString("opcode"));
            }
        }
        return opcodes;
    }

    @Test
    void whatARunAwaitsGoesWithIt() throws SQLException {
        RunId parent = enqueue(PARENT);
        awaitOne(parent);
        assertThat(count("select count(*) from awaited")).isEqualTo(1);
        assertThat(store.purge(parent, false)).isEqualTo(PurgeAnswer.PURGED);
        assertThat(count("select count(*) from awaited")).isZero();
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
        spawnAwaited(again, 2, other);
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

    @Test
    void whoWaitsForAnyOfWhatIsNotAwaitedGoesOn() {
        RunId parent = enqueue(PARENT);
        RunId stranger = enqueue(CHILD);
        record(waiting(claim(PARENT), true, List.of(stranger)));
        assertThat(state(parent)).isEqualTo(RunState.QUEUED);
        record(waiting(claim(PARENT), false, List.of(stranger)));
        assertThat(state(parent)).isEqualTo(RunState.QUEUED);
    }

    @Test
    void aRunThatWasAskedToStopAwaitsNothingNew() throws SQLException {
        RunId parent = enqueue(PARENT);
        Claim claim = claim(PARENT);
        store.cancel(parent, "enough");
        NewRun child = child(parent);
        spawnAwaited(claim, 1, child);
        assertThat(store.find(child.id())).isEmpty();
        assertThat(store.steps(parent, 0, 10)).isEmpty();
        assertThat(count("select count(*) from run")).isEqualTo(1);
        assertThat(count("select count(*) from awaited")).isZero();
    }

    @Test
    void whatIsSentAgainAfterItWasDeletedStaysDeleted() throws SQLException {
        RunId parent = enqueue(PARENT);
        Claim claim = claim(PARENT);
        NewRun purged = child(parent);
        NewRun other = child(parent);
        Spawn awaited = spawn(claim, 1, true, List.of(purged, other));
        Spawn alone = spawn(claim, 2, false, List.of(child(parent)));
        store.spawn(awaited);
        store.spawn(alone);
        store.purge(purged.id(), false);
        store.purge(alone.runs().getFirst().id(), false);
        assertThat(store.spawn(awaited)).isEqualTo(Receipt.RECORDED);
        assertThat(store.spawn(alone)).isEqualTo(Receipt.RECORDED);
        assertThat(count("select count(*) from run"))
                .as("the parent and one child")
                .isEqualTo(2);
        assertThat(end(parent, purged.id()).state()).isNull();
        assertThat(store.ends(parent, List.of(other.id()))).isEmpty();
        assertThat(store.steps(parent, 0, 10)).hasSize(2);
    }

    @Test
    void aSpawnThatFailsLeavesNothing() throws SQLException {
        RunId parent = enqueue(PARENT);
        Claim claim = claim(PARENT);
        RunOptions nowhere = RunOptions.NONE.withQueue("nowhere");
        NewRun refused = NewRuns.of(CHILD, clock).options(nowhere).build();
        assertThatExceptionOfType(QueueNotFoundException.class)
                .isThrownBy(() -> store.spawn(spawn(claim, 1, true, List.of(child(parent), refused))));
        assertThat(count("select count(*) from run")).isEqualTo(1);
        assertThat(store.steps(parent, 0, 10)).isEmpty();
        spawnAwaited(claim, 1, child(parent));
    }

    /** A body that awaits one child after another does not write, nor look through, those before. */
    @Test
    void whatIsOverIsLeftAloneByWaitsThatFollow() throws SQLException {
        execute("create table written (subject blob)", """
                create trigger written after update of armed on awaited begin
                    insert into written values (new.subject);
                end
                """);
        RunId parent = enqueue(PARENT);
        for (int position = 1; position <= 5; position++) {
            Claim claim = claim(PARENT);
            NewRun child = child(parent);
            spawnAwaited(claim, position, child);
            record(waiting(claim, false, List.of(child.id())));
            record(completed(claim(CHILD)));
        }
        assertThat(state(parent)).isEqualTo(RunState.QUEUED);
        assertThat(count("select count(*) from written")).isEqualTo(5);
    }

    @Test
    void onlyTheDifferenceToTheWaitBeforeIsWritten() throws SQLException {
        RunId parent = enqueue(PARENT);
        Claim claim = claim(PARENT);
        List<NewRun> children = Stream.generate(() -> child(parent)).limit(100).toList();
        List<RunId> ids = children.stream().map(NewRun::id).toList();
        store.spawn(spawn(claim, 1, true, children));
        record(new Report.Waiting(
                claim,
                clock.instant(),
                clock.instant(),
                List.of(),
                clock.instant().plusSeconds(1),
                new Report.Awaits(ids.subList(0, 90), List.of(), false)));
        clock.advance(Duration.ofSeconds(1));
        store.advance();
        execute("create table written (subject blob)", """
                create trigger written after update of armed on awaited begin
                    insert into written values (new.subject);
                end
                """);
        record(waiting(claim(PARENT), false, ids.subList(1, 92)));
        assertThat(count("select count(*) from written"))
                .as("one less, two more")
                .isEqualTo(3);
        assertThat(count("select count(*) from awaited where armed = 2")).isEqualTo(91);
        for (int i = 0; i < 100; i++) {
            assertThat(state(parent)).as("after %d", i).isEqualTo(i < 92 ? RunState.WAITING : RunState.QUEUED);
            record(completed(claim(CHILD)));
        }
    }

    @Test
    void whetherAllHasHappenedIsSeenAtOneRow() throws SQLException {
        try (Connection connection = fixture.connect();
                PreparedStatement statement = connection.prepareStatement("explain query plan " + Awaited.HAS_ALL)) {
            statement.setLong(1, 1);
            List<String> plan = new ArrayList<>();
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    plan.add(rows.getString(4));
                }
            }
            assertThat(plan).anyMatch(line -> line.contains("awaited_armed (run=? AND state=?)"));
        }
    }
}
