package dev.errand.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.RunId;
import dev.errand.RunState;
import dev.errand.store.Claim;
import dev.errand.store.NewRun;
import dev.errand.store.SeenValue;
import java.sql.SQLException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What processes that know nothing of values do to runs that wait for one. */
class ValuesOfTheVersionBeforeTest extends ValueFile {
    /** As they do; each statement names the run as {@code :run}. */
    private void before(RunId run, String... statements) throws SQLException {
        String number = "(select number from run where id = x'%s')"
                .formatted(HexFormat.of().formatHex(Ids.bytes(run)));
        execute(Stream.of(statements).map(text -> text.replace(":run", number)).toArray(String[]::new));
    }

    /** What it awaited at the same time they do not take back: they know no such rows. */
    @Test
    void aRunThatTheyQueueAtItsTimeWaitsForNothingButWhatTheyHaveItWaitForNext() throws SQLException {
        RunId run = enqueue(PARENT);
        Claim claim = claim(PARENT);
        List<NewRun> children = List.of(child(run), child(run));
        spawnAwaited(claim, 1, children.getFirst(), children.getLast());
        record(waitsFor(claim, HOUR, true, seen(BALANCE)));
        clock.advance(HOUR);
        before(run, "update live set state = 1 where number = :run");
        assertThat(claim(PARENT).run()).isEqualTo(run);
        before(
                run,
                "update live set state = 4, due = 1 << 60, claim = null, resumed = 1 where number = :run",
                "update awaited set armed = 2 where run = :run and kind = 0 and armed <> 2 and state <> 2");
        record(completed(claim(CHILD)));
        assertThat(state(run)).isEqualTo(RunState.WAITING);
        record(completed(claim(CHILD)));
        assertThat(state(run)).isEqualTo(RunState.QUEUED);
    }

    /** Theirs as ours: a statement for all kinds. */
    @Test
    void whatIsMarkedTheyLookAtAndQueueWhoWaits() throws SQLException {
        RunId run = waitingFor(seen(BALANCE));
        before(
                run,
                "update awaited set state = 1 where run = :run",
                "update awaited set state = 2 where (run, kind, subject) in (select run, kind, subject from awaited where state = 1 limit 1000)",
                "update live set due = 0 where number = :run and state = 4");
        store.advance();
        assertThat(state(run)).isEqualTo(RunState.QUEUED);
        record(waitsFor(claim(PARENT), null, true, seen(BALANCE)));
        assertThat(state(run)).isEqualTo(RunState.WAITING);
        set(BALANCE, "1");
        assertThat(state(run)).isEqualTo(RunState.QUEUED);
    }

    @Test
    void aRunThatTheyCancelStaysCancelled() throws SQLException {
        SeenValue seen = seen(BALANCE);
        RunId run = waitingFor(seen);
        before(
                run,
                "delete from live where number = :run",
                "insert into outcome (number, state, attempt, ended, redeliveries, retriable) values (:run, 7, 1, 0, 0, 0)");
        RunId other = waitingFor(seen);
        set(BALANCE, "1");
        store.advance();
        assertThat(state(run)).isEqualTo(RunState.CANCELED);
        assertThat(state(other)).isEqualTo(RunState.QUEUED);
        before(run, "delete from outcome where number = :run", "delete from run where number = :run");
        assertThat(count("select count(*) from awaited where kind = 2")).isZero();
    }
}
