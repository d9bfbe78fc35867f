package dev.errand.store.postgres;

import dev.errand.StoreException;
import dev.errand.store.Receipt;
import dev.errand.store.Report;
import dev.errand.store.StoreTransaction;
import dev.errand.store.sql.GuardedConnection;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A transaction of a user's that is a step. What is known of the step is written last, so that the row which fences it is locked for no
 * longer than the commit takes, and not for as long as the code does.
 */
final class StepTransaction implements StoreTransaction {
    private final StepTransactions owner;
    private final Database database;
    private final GuardedConnection guarded;
    private final Surroundings surroundings;
    private final Trip trip;
    private boolean committed;
    private boolean closed;

    /** Expects the transaction to have begun. */
    StepTransaction(StepTransactions owner, Database database, Surroundings surroundings, Trip trip) {
        this.owner = owner;
        this.database = database;
        this.guarded = new GuardedConnection(database.connection());
        this.surroundings = surroundings;
        this.trip = trip;
    }

    @Override
    public Connection connection() {
        return guarded.seen();
    }

    @Override
    public Receipt commit(Report.Journaled report) throws SQLException {
        Tx tx = new Tx(database, surroundings.tasks(), surroundings.now(), surroundings.node());
        tx.sql(Connections.BRIEFLY).each(row -> {}); // others may wait for what is locked now
        if (!write(tx, report)) {
            return Receipt.LOST;
        }
        database.commit();
        committed = true;
        return Receipt.RECORDED;
    }

    /** As the record lane does: fenced by the row that this node remembers, or else by the one that a look finds. */
    private boolean write(Tx tx, Report.Journaled report) throws SQLException {
        Held.Key fence = trip.fence(report.claim());
        if (fence != null
                && Journal.write(tx, List.of(new Journal.Place(report, 0, fence)))
                        .isEmpty()
                && fence.equals(
                        trip.fence(report.claim()))) { // which it was not if the run got a row of its own meanwhile
            return true;
        }
        Whereabouts place = Whereabouts.lock(tx, report.claim().run());
        if (place == null || place.claim() != report.claim().id()) {
            return false;
        }
        Journal.write(tx, report);
        return true;
    }

    @Override
    public boolean isPassing(Throwable error) {
        String state = PostgresErrors.state(error);
        return state.equals("40001") || state.equals("40P01");
    }

    @Override
    public @Nullable StoreException brokenOff() {
        return null;
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        guarded.end("The transaction has ended; its connection is of no use any more");
        boolean sound = false;
        try {
            guarded.closeStatements();
            if (!committed) {
                database.rollback();
            }
            sound = !guarded.isChanged();
        } catch (SQLException e) {
            // It is broken, and with it its transaction is gone.
        } finally {
            owner.giveBack(database, sound);
        }
    }
}
