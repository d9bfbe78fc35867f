package dev.errand.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.store.ClaimRequest;
import dev.errand.store.NewRun;
import dev.errand.store.NewRuns;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Two processes trigger; the clock of one is behind, or its commits take long. Its runs come into lines where others have looked past their places. */
class LateRunsTest {
    private static final Clock BEHIND = Clock.offset(TwoNodes.CLOCK, Duration.ofMillis(-190));

    private final TwoNodes nodes = new TwoNodes();
    private final Held held = new Held();
    private final TaskNumbers numbers = new TaskNumbers();
    private final Taking taking = new Taking(held);
    private final Database connection = connect();
    private final long node =
            Long.parseLong(String.valueOf(nodes.server.query(nodes.database, "select max(number) from errand.node")));

    private Database connect() {
        try {
            return new Connections(nodes.settings(TwoNodes.CLOCK)).open();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @AfterEach
    void close() {
        connection.close();
        nodes.close();
    }

    private Taking.Result look(long from, String... tasks) throws SQLException {
        if (from == Long.MIN_VALUE) {
            numbers.load(connection);
        }
        Tx tx = new Tx(connection, numbers, new Time(TwoNodes.CLOCK).now(), node);
        connection.begin();
        Taking.Result taken = taking.take(tx, new ClaimRequest(10, Set.of(tasks)), from, true);
        connection.commit();
        taken.chunks().forEach(held::add);
        return taken;
    }

    private void trigger(String task, Clock clock) {
        NewRun run = NewRuns.of(task, clock).build();
        nodes.second.enqueue(List.of(run));
    }

    @Test
    void aLookThatFoundSomethingPassesNothingThatIsCommittedALittleLater() throws SQLException {
        trigger("greet", TwoNodes.CLOCK);
        Taking.Result first = look(Long.MIN_VALUE, "greet");
        assertThat(first.claims()).hasSize(1);
        trigger("greet", BEHIND);
        assertThat(look(first.nextFrom(), "greet").claims()).hasSize(1);
    }

    @Test
    void neitherDoesOneOfSeveralLines() throws SQLException {
        trigger("greet", TwoNodes.CLOCK);
        trigger("part", TwoNodes.CLOCK);
        Taking.Result first = look(Long.MIN_VALUE, "greet", "part");
        assertThat(first.claims()).hasSize(2);
        trigger("greet", BEHIND);
        assertThat(look(first.nextFrom(), "greet", "part").claims()).hasSize(1);
    }
}
