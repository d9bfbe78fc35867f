package dev.errand.store.sqlite;

import java.sql.SQLException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Begins and ends transactions. While another process writes, it waits its turn. */
final class Transactions {
    private static final String BEGIN = "begin immediate";
    private static final String COMMIT = "commit";
    private static final String ROLLBACK = "rollback";
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final long SHORTEST_NANOS = TimeUnit.MICROSECONDS.toNanos(200);
    private static final long LONGEST_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    private final Database database;
    private final Turns turns;
    private boolean inTurn;

    Transactions(Database database, Turns turns) {
        this.database = database;
        this.turns = turns;
    }

    /** Answers whether others have written since. */
    boolean begin(Tx tx) throws SQLException {
        inTurn = turns.awaitWriters(PATIENCE_NANOS); // if it never comes, the lock decides
        Waited waited = new Waited();
        for (long pause = SHORTEST_NANOS; !tryBegin(waited); pause = Math.min(pause * 2, LONGEST_NANOS)) {
            LockSupport.parkNanos(this, pause);
        }
        return tx.begin();
    }

    private boolean tryBegin(Waited waited) throws SQLException {
        try {
            database.sql(BEGIN).run();
            return true;
        } catch (SQLException e) {
            if (SqliteErrors.isBusy(e) && !waited.isLongerThan(PATIENCE_NANOS)) {
                return false;
            }
            throw e;
        }
    }

    /** Whether nobody has the lock: whoever had it before has ended, and what was committed is to be seen. */
    boolean isFree() throws SQLException {
        try {
            database.sql(BEGIN).run();
        } catch (SQLException e) {
            if (SqliteErrors.isBusy(e)) {
                return false;
            }
            throw e;
        }
        database.sql(ROLLBACK).run();
        return true;
    }

    void commit(Tx tx) throws SQLException {
        tx.finish();
        database.sql(COMMIT).run();
        endTurn();
    }

    private void endTurn() {
        if (inTurn) {
            inTurn = false;
            turns.endWriters();
        }
    }

    void rollback(Tx tx) {
        tx.rolledBack();
        database.forgetStatements();
        try {
            database.run(ROLLBACK);
        } catch (SQLException e) {
            // SQLite has rolled back by itself, as it does when the disk is full.
        } finally {
            endTurn();
        }
    }
}
