package dev.errand.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Failure;
import dev.errand.FailureKind;
import dev.errand.RetryAnswer;
import dev.errand.RunId;
import dev.errand.RunState;
import dev.errand.store.Claim;
import dev.errand.store.NewRun;
import dev.errand.store.copy.StoreCopy;
import dev.errand.store.format.Documents;
import dev.errand.store.format.EventEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Runs that are awaited, and end by processes that know nothing of that. */
class EndsOfTheVersionBeforeTest extends AwaitedStore {
    private static final String OF_THIS = " (select number from run where id = ?)";
    private static final String EVENT = "insert into event (at, node, events, body) values (0, 1, 1, ?)";

    private Failure boom() {
        return new Failure(FailureKind.ERROR, "E", "boom", "", 1, clock.instant());
    }

    private static void update(Connection connection, String text, byte[] parameter) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(text)) {
            statement.setBytes(1, parameter);
            statement.executeUpdate();
        }
    }

    private static byte[] told(RunId run, RunState end) {
        EventEncoder events = new EventEncoder();
        events.begin(0);
        events.state(run, 1, null, 1, RunState.QUEUED, RunState.EXECUTING, 0);
        events.then(RunState.EXECUTING, end, 0);
        return events.body();
    }

    /** In one commit, as such a process does. */
    private void complete(RunId run) throws SQLException {
        end(run, RunState.COMPLETED, "5, 1, 1, 0, 0, 0, x'31', null, null, 0");
    }

    private void fail(RunId run) throws SQLException {
        end(run, RunState.FAILED, "6, 1, 1, 0, 0, 0, null, '%s', 'because', 1".formatted(Documents.failure(boom())));
    }

    private void end(RunId run, RunState state, String outcome) throws SQLException {
        try (Connection connection = fixture.connect()) {
            update(connection, "delete from live where number =" + OF_THIS, Ids.bytes(run));
            update(connection, """
                    insert into outcome (number, state, attempt, claim, started, ended, redeliveries, output, failure, reason, retriable)
                    select number, %s from run where id = ?
                    """.formatted(outcome), Ids.bytes(run));
            update(connection, EVENT, told(run, state));
            connection.commit();
        }
    }

    private int unmarked() throws SQLException {
        return count("select count(*) from unmarked");
    }

    private void advanceAll() {
        while (store.advance().filter(due -> due.isBefore(clock.instant())).isPresent()) {
            // there is more
        }
    }

    private void assertFailed(RunId parent, RunId child) {
        assertThat(end(parent, child).state()).isEqualTo(RunState.FAILED);
        assertThat(end(parent, child).failure()).isEqualTo(boom());
        assertThat(end(parent, child).reason()).isEqualTo("because");
    }

    @Test
    void whoKeepsTimeFindsThem() throws SQLException {
        RunId parent = enqueue(PARENT);
        RunId child = awaitOne(parent);
        fail(child);
        assertThat(state(child)).isEqualTo(RunState.FAILED);
        store.advance();
        assertThat(state(parent)).isEqualTo(RunState.QUEUED);
        assertFailed(parent, child);
        assertThat(unmarked()).isZero();
    }

    @Test
    void whoKeepsTimeFindsWhatWasDeleted() throws SQLException {
        RunId parent = enqueue(PARENT);
        RunId child = awaitOne(parent);
        try (Connection connection = fixture.connect()) {
            update(connection, "delete from live where number =" + OF_THIS, Ids.bytes(child));
            update(connection, "delete from run where id = ?", Ids.bytes(child));
            update(connection, EVENT, told(child, RunState.CANCELED));
            connection.commit();
        }
        store.advance();
        assertThat(state(parent)).isEqualTo(RunState.QUEUED);
        assertThat(end(parent, child).state()).isNull();
    }

    /** Else all would wait for the lock it has while it looked through all that is awaited. */
    @Test
    void theirCommitsWriteNothingButThatTheyWere() throws SQLException {
        RunId parent = enqueue(PARENT);
        RunId child = awaitOne(parent);
        complete(child);
        assertThat(count("select count(*) from awaited where state = 0")).isEqualTo(1);
        assertThat(unmarked()).isEqualTo(1);
        store.advance();
        assertThat(count("select count(*) from awaited where state = 2")).isEqualTo(1);
    }

    @Test
    void whileNothingIsAwaitedTheirCommitsWriteNothing() throws SQLException {
        complete(enqueue(CHILD));
        assertThat(unmarked()).isZero();
    }

    @Test
    void manyAreFoundASliceAtATime() throws SQLException {
        RunId parent = enqueue(PARENT);
        List<RunId> children = awaitMany(parent, 40);
        for (RunId child : children) {
            complete(child);
        }
        assertThat(store.advance()).hasValueSatisfying(due -> assertThat(due).isBefore(clock.instant()));
        assertThat(state(parent)).isEqualTo(RunState.WAITING);
        assertThat(count("select count(*) from awaited where state = 2")).isBetween(1, 39);
        advanceAll();
        assertThat(state(parent)).isEqualTo(RunState.QUEUED);
        assertThat(store.ends(parent, children)).hasSize(40);
        assertThat(unmarked()).isZero();
    }

    private List<RunId> awaitMany(RunId parent, int count) {
        Claim claim = claim(PARENT);
        NewRun[] children = Stream.generate(() -> child(parent)).limit(count).toArray(NewRun[]::new);
        spawnAwaited(claim, 1, children);
        List<RunId> ids = Stream.of(children).map(NewRun::id).toList();
        record(waiting(claim, false, ids));
        return ids;
    }

    @Test
    void anEndThatIsRetriedByHandBeforeAnybodyLookedCounts() throws SQLException {
        RunId parent = enqueue(PARENT);
        RunId child = awaitOne(parent);
        fail(child);
        assertThat(store.retry(child, 5, null, false)).isEqualTo(RetryAnswer.RETRIED);
        store.advance();
        assertThat(state(parent)).isEqualTo(RunState.QUEUED);
        assertFailed(parent, child);
        record(completed(claim(CHILD)));
        assertFailed(parent, child);
    }

    @Test
    void anEndThatIsForgottenBeforeAnybodyLookedCounts() throws SQLException {
        RunId parent = enqueue(PARENT);
        RunId child = awaitOne(parent);
        complete(child);
        execute("delete from outcome where number = 2", "delete from run where number = 2", "delete from event");
        store.advance();
        assertThat(state(parent)).isEqualTo(RunState.QUEUED);
        assertThat(end(parent, child).state()).isEqualTo(RunState.COMPLETED);
    }

    /** For a day such processes were alone; events are kept no longer. */
    @Test
    void theyAreFoundWhenTheirEventsAreForgotten() throws SQLException {
        RunId parent = enqueue(PARENT);
        RunId child = awaitOne(parent);
        RunId other = enqueue(PARENT);
        awaitOne(other);
        complete(child);
        execute("delete from event");
        advanceAll();
        assertThat(state(parent)).isEqualTo(RunState.QUEUED);
        assertThat(state(other)).isEqualTo(RunState.WAITING);
        assertThat(unmarked()).isZero();
    }

    @Test
    void howeverManyTheyAreLittleIsKeptOfThem() throws SQLException {
        RunId parent = enqueue(PARENT);
        RunId child = awaitOne(parent);
        complete(child);
        execute("insert into event (position, at, node, events, body) values (100000, 0, 1, 0, x'')");
        assertThat(unmarked()).isEqualTo(2);
        advanceAll();
        assertThat(state(parent)).isEqualTo(RunState.QUEUED);
        assertThat(unmarked()).isZero();
    }

    @Test
    void whatNobodyHasLookedAtIsCopied() throws SQLException {
        RunId parent = enqueue(PARENT);
        RunId child = awaitOne(parent);
        complete(child);
        store.close();
        String there = Location.PREFIX + fixture.file().resolveSibling("there.db");
        new StoreCopy(Location.PREFIX + fixture.file(), there).run(progress -> {});
        store = SqliteStore.open(Location.of(there), clock);
        store.join("there", 10);
        store.advance();
        assertThat(state(parent)).isEqualTo(RunState.QUEUED);
        assertThat(new String(Objects.requireNonNull(end(parent, child).output()), StandardCharsets.UTF_8))
                .isEqualTo("1");
    }
}
