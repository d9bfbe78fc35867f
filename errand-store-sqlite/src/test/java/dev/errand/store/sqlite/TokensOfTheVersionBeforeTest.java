package dev.errand.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.RunId;
import dev.errand.RunState;
import dev.errand.TokenId;
import dev.errand.store.Claim;
import dev.errand.store.Report;
import dev.errand.store.format.EventEncoder;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What processes that know nothing of tokens do to runs that wait for one. */
class TokensOfTheVersionBeforeTest extends TokenFile {
    /** In one commit, as such a process does; each statement names the run as {@code :run}. */
    private void before(RunId run, String... statements) throws SQLException {
        String number = "(select number from run where id = x'%s')"
                .formatted(HexFormat.of().formatHex(Ids.bytes(run)));
        try (Connection connection = fixture.connect()) {
            for (String text : statements) {
                try (PreparedStatement statement = connection.prepareStatement(text.replace(":run", number))) {
                    statement.executeUpdate();
                }
            }
            try (PreparedStatement event =
                    connection.prepareStatement("insert into event (at, node, events, body) values (0, 1, 1, ?)")) {
                event.setBytes(1, told(run));
                event.executeUpdate();
            }
            connection.commit();
        }
    }

    private static byte[] told(RunId run) {
        EventEncoder events = new EventEncoder();
        events.begin(0);
        events.state(run, 1, null, 1, RunState.WAITING, RunState.CANCELED, 0);
        return events.body();
    }

    private void cancel(RunId run) throws SQLException {
        before(
                run,
                "delete from live where number = :run",
                "insert into outcome (number, state, attempt, ended, redeliveries, retriable) values (:run, 7, 1, 0, 0, 0)");
    }

    @Test
    void aRunThatTheyCancelStaysCancelled() throws SQLException {
        TokenId token = token();
        RunId run = waitingFor(token);
        cancel(run);
        assertThat(complete(token)).contains(true);
        store.advance();
        assertThat(state(run)).isEqualTo(RunState.CANCELED);
        assertThat(count("select count(*) from unmarked")).isZero();
    }

    @Test
    void whatARunAwaitsThatTheyDeleteGoesWithIt() throws SQLException {
        TokenId token = token();
        RunId run = waitingFor(token);
        cancel(run);
        RunId other = waitingFor(token);
        before(run, "delete from outcome where number = :run", "delete from run where number = :run");
        assertThat(count("select count(*) from awaited")).isEqualTo(1);
        complete(token);
        assertThat(state(other)).isEqualTo(RunState.QUEUED);
    }

    @Test
    void aRunThatTheyQueueAtItsTimeGoesOn() throws SQLException {
        TokenId token = token();
        RunId run = enqueue(PARENT);
        Instant now = clock.instant();
        Report.Awaits awaits = new Report.Awaits(List.of(), List.of(token), false);
        record(new Report.Waiting(claim(PARENT), now, now, List.of(), now.plus(HOUR), awaits));
        clock.advance(HOUR);
        before(run, "update live set state = 1 where number = :run");
        Claim claim = claim(PARENT);
        assertThat(claim.resumed()).isTrue();
        assertThat(complete(token)).contains(false);
        record(waitsFor(claim, false, token));
        assertThat(state(run)).as("it has timed out").isEqualTo(RunState.QUEUED);
    }

    @Test
    void whatTheyEndIsFoundThoughTokensAreAwaitedToo() throws SQLException {
        TokenId token = token();
        RunId waits = waitingFor(token);
        RunId parent = enqueue(PARENT);
        RunId child = awaitOne(parent);
        cancel(child);
        clock.advance(Duration.ofSeconds(1));
        store.advance();
        assertThat(state(parent)).isEqualTo(RunState.QUEUED);
        assertThat(state(waits)).isEqualTo(RunState.WAITING);
        complete(token);
        assertThat(state(waits)).isEqualTo(RunState.QUEUED);
    }
}
