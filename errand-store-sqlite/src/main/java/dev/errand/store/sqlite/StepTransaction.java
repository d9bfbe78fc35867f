package dev.errand.store.sqlite;

import dev.errand.StoreException;
import dev.errand.store.Receipt;
import dev.errand.store.Report;
import dev.errand.store.StoreTransaction;
import dev.errand.store.sql.GuardedConnection;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A transaction of a user's that is a step. It is broken off after a while, wherever its code may be, by closing its connection under it, and
 * from then on the file is free for others; once it commits nobody breaks it off any more.
 */
final class StepTransaction implements StoreTransaction {
    private enum Phase {
        OPEN,
        COMMITTING,
        BROKEN_OFF
    }

    private static final long STOOD_STILL = TimeUnit.MILLISECONDS.toNanos(500);

    private final StepTransactions owner;
    private final Database database;
    private final Location location;
    private final Duration longest;
    private final GuardedConnection guarded;
    private final AtomicReference<Phase> phase = new AtomicReference<>(Phase.OPEN);
    private final CompletableFuture<Boolean> ended = new CompletableFuture<>();
    private boolean committed;
    private boolean closed;

    /** Expects the transaction to have begun. */
    StepTransaction(StepTransactions owner, Database database, Location location, Duration longest) {
        this.owner = owner;
        this.database = database;
        this.location = location;
        this.longest = longest;
        this.guarded = new GuardedConnection(database.connection());
        limit();
    }

    /** A timer that is very late says that the process stood still, its code as well: that has its time once more. */
    private void limit() {
        long due = System.nanoTime() + longest.toNanos();
        CompletableFuture<Boolean> inTime = ended.copy();
        var unused = inTime.whenComplete((did, late) -> {
            if (late != null && System.nanoTime() - due > STOOD_STILL) {
                limit();
            } else if (late != null) {
                Thread.ofPlatform().daemon().name("errand-store-late").start(this::breakOff);
            }
        });
        inTime.orTimeout(longest.toNanos(), TimeUnit.NANOSECONDS);
    }

    @Override
    public Connection connection() {
        return guarded.seen();
    }

    @Override
    public Receipt commit(Report.Journaled report) throws SQLException {
        if (!phase.compareAndSet(Phase.OPEN, Phase.COMMITTING)) {
            throw new SQLException(tooLong());
        }
        requireTransaction();
        if (Journal.write(new Tx(database, Clock.systemUTC()), report) == Receipt.LOST) {
            return Receipt.LOST;
        }
        database.sql("commit").run();
        committed = true;
        return Receipt.RECORDED;
    }

    /** SQLite ends a transaction by itself when the disk is full, for one; what follows would be a commit of its own. */
    private void requireTransaction() throws SQLException {
        try {
            database.run("begin");
        } catch (SQLException e) {
            return; // as it must be, within one
        }
        throw new SQLException("its transaction was ended before, by its own code or by SQLite after an error");
    }

    @Override
    public boolean isPassing(Throwable error) {
        return false; // it has the lock from the beginning
    }

    @Override
    public @Nullable StoreException brokenOff() {
        return phase.get() == Phase.BROKEN_OFF ? new StoreException(tooLong()) : null;
    }

    private String tooLong() {
        return "The transaction had the write lock of %s for %d ms and was rolled back, since nobody else can write meanwhile. Let it do less, and all that takes time before it, or use PostgreSQL"
                .formatted(location.url(), longest.toMillis());
    }

    private void breakOff() {
        if (phase.compareAndSet(Phase.OPEN, Phase.BROKEN_OFF)) {
            guarded.end(tooLong());
            try {
                database.interrupt();
            } catch (SQLException e) {
                // Then it has ended by itself.
            }
            owner.giveBack(database, false);
        }
    }

    @Override
    public void close() {
        ended.complete(true);
        guarded.end("The transaction has ended; its connection is of no use any more");
        boolean brokenOff = phase.getAndUpdate(now -> now == Phase.OPEN ? Phase.COMMITTING : now) == Phase.BROKEN_OFF;
        if (!closed && !brokenOff) {
            owner.giveBack(database, isSound());
        }
        closed = true;
    }

    private boolean isSound() {
        try {
            guarded.closeStatements();
            if (committed) {
                return !guarded.isChanged();
            }
            database.run("rollback");
            database.forgetStatements();
            return !guarded.isChanged();
        } catch (SQLException e) {
            return false; // closed, it is rolled back as well
        }
    }
}
