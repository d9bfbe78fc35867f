package dev.errand.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.RunId;
import dev.errand.RunState;
import dev.errand.store.Claim;
import dev.errand.store.ClaimRequest;
import dev.errand.store.CommitListener;
import dev.errand.store.NewRuns;
import dev.errand.store.Report;
import dev.errand.store.SeenValue;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** More runs wait for a value than go on with the transaction that changes it: nobody waits for the lock for longer the more there are. */
class ManyWaitForValuesTest extends ValueFile {
    private static final int MANY = 2_500;
    private static final int AT_A_TIME = 1_000;

    private void manyWaitFor(int many, SeenValue... seen) {
        store.enqueue(NewRuns.many(many, PARENT, clock));
        List<Claim> claims = new ArrayList<>();
        while (claims.size() < many) {
            claims.addAll(await(store.claim(new ClaimRequest(many - claims.size(), Set.of(PARENT)))));
        }
        record(claims.stream().map(claim -> waitsFor(claim, null, true, seen)).toArray(Report[]::new));
    }

    private int queued() throws SQLException {
        return count("select count(*) from live where state = 1");
    }

    /** Of those who wait that a value changes, by what the table says. */
    private int stillOpen() throws SQLException {
        return count("select count(*) from awaited where kind = 2 and state = 0");
    }

    private int left() throws SQLException {
        return count("select count(*) from changed");
    }

    private boolean advance() {
        return store.advance().filter(due -> due.isBefore(clock.instant())).isPresent();
    }

    private void advanceAll() {
        while (advance()) {
            // there is more
        }
    }

    @Test
    void someAreMarkedAndQueuedAtATime() throws SQLException, InterruptedException {
        manyWaitFor(MANY, seen(BALANCE));
        Semaphore calls = new Semaphore(0);
        store.onCommit(new CommitListener() {
            @Override
            public void events(boolean foreign) {}

            @Override
            public void requests() {
                calls.release();
            }
        });
        set(BALANCE, "1");
        assertThat(queued()).isEqualTo(AT_A_TIME);
        assertThat(stillOpen()).isEqualTo(MANY - AT_A_TIME);
        assertThat(calls.tryAcquire(60, TimeUnit.SECONDS))
                .as("who keeps time is called")
                .isTrue();
        assertThat(advance()).isTrue();
        assertThat(queued()).isEqualTo(2 * AT_A_TIME);
        assertThat(stillOpen()).isEqualTo(MANY - 2 * AT_A_TIME);
        advanceAll();
        assertThat(queued()).isEqualTo(MANY);
        assertThat(count("select count(*) from awaited where kind = 2")).isZero();
        assertThat(left()).isZero();
    }

    @Test
    void whatOneTransactionMarksIsLimitedForAllItsValuesTogether() throws SQLException {
        List<String> names = List.of("a", "b", "c");
        for (String name : names) {
            manyWaitFor(700, seen(name));
        }
        Values values = (Values) store.values();
        ((SqliteStore) store).writer.call(tx -> {
            for (String name : names) {
                values.change(tx, name, json("1"));
            }
            return true;
        });
        assertThat(stillOpen()).isEqualTo(3 * 700 - AT_A_TIME);
        advanceAll();
        assertThat(queued()).isEqualTo(3 * 700);
        assertThat(left()).isZero();
    }

    @Test
    void thoseWhoAreLeftGoOnWhateverBecomesOfTheValue() throws SQLException {
        set(BALANCE, "1");
        manyWaitFor(MANY, seen(BALANCE));
        set(BALANCE, "2");
        remove(BALANCE);
        advanceAll();
        assertThat(queued()).isEqualTo(MANY);
        assertThat(left()).isZero();
    }

    /** They have read what it is now. */
    @Test
    void thoseWhoBeginToWaitMeanwhileWaitOn() throws SQLException {
        manyWaitFor(MANY, seen(BALANCE));
        set(BALANCE, "1");
        RunId late = enqueue(CHILD);
        record(waitsFor(claim(CHILD), null, true, seen(BALANCE)));
        advanceAll();
        assertThat(queued()).isEqualTo(MANY);
        assertThat(state(late)).isEqualTo(RunState.WAITING);
        set(BALANCE, "2");
        assertThat(state(late)).isEqualTo(RunState.QUEUED);
    }

    /** As if it had ended before anybody who keeps time had his turn. */
    @Test
    void thoseWhoAreLeftGoOnInAnotherProcess() throws SQLException {
        manyWaitFor(MANY, seen(BALANCE));
        set(BALANCE, "1");
        store.close();
        store = fixture.open(clock);
        store.join("second", 100);
        assertThat(queued()).isEqualTo(AT_A_TIME);
        advanceAll();
        assertThat(queued()).isEqualTo(MANY);
    }

    @Test
    void someGoOnWithATransactionOfAUsersAndTheOthersSoonAfter() throws SQLException {
        manyWaitFor(MANY, seen(BALANCE));
        try (Connection connection = fixture.connect()) {
            store.values().set(connection, BALANCE, json("1"));
            connection.commit();
        }
        assertThat(stillOpen()).isEqualTo(MANY - AT_A_TIME);
        advanceAll();
        assertThat(queued()).isEqualTo(MANY);
    }

    @Test
    void whatATransactionOfAUsersTakesBackLeavesNobody() throws SQLException {
        manyWaitFor(MANY, seen(BALANCE));
        try (Connection connection = fixture.connect()) {
            store.values().set(connection, BALANCE, json("1"));
            connection.rollback();
        }
        advanceAll();
        assertThat(queued()).isZero();
        assertThat(stillOpen()).isEqualTo(MANY);
    }

    /** The rest of very many is read through in it, too. */
    @Test
    void thoseWhoWaitAreFoundInAnIndexAndNothingElseIsReadOfThem() throws SQLException {
        assertThat(plan(ValueChanges.MARK))
                .anyMatch(line -> line.contains("COVERING INDEX awaited_value (subject=? AND state=?)"))
                .anyMatch(line -> line.contains("PRIMARY KEY (run=? AND kind=? AND subject=?)"));
    }
}
