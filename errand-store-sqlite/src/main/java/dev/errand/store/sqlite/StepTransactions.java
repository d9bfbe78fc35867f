package dev.errand.store.sqlite;

import dev.errand.StoreException;
import dev.errand.store.Claim;
import dev.errand.store.Receipt;
import dev.errand.store.Report;
import dev.errand.store.StepEntry;
import dev.errand.store.StoreTransaction;
import dev.errand.store.TransactionStore;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Begins transactions of users' that are steps: one at a time, on a connection beside the writer's, with the write lock from the beginning.
 * While one has it the writer waits, and all that the engine writes; so it is broken off when it takes too long.
 */
final class StepTransactions implements TransactionStore, AutoCloseable {
    /** How long one may wait for the lock once no other of this process has it, and how long it may keep it. */
    static final Duration LONGEST = Duration.ofSeconds(5);

    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private static final String IS_KEPT = """
            select exists (
                select 1
                  from step
                 where run = (select number from run where id = ?)
                   and position = ? and key = ? and attempt = ? and ended is not null and failure is null)
            """;

    private static final String IS_HELD = "select exists (select 1 from live where number = ? and claim = ?)";

    private final Location location;
    private final Readers readers;
    private final Turns turns;
    private final Duration longest;
    private final AtomicReference<@Nullable Database> spare = new AtomicReference<>();
    private volatile boolean closed;

    StepTransactions(Location location, Readers readers, Turns turns, Duration longest) {
        this.location = location;
        this.readers = readers;
        this.turns = turns;
        this.longest = longest;
    }

    @Override
    public StoreTransaction begin() throws InterruptedException {
        turns.awaitUsers();
        @Nullable StepTransaction begun = null;
        try {
            begun = begin(take());
            return begun;
        } catch (SQLException e) {
            throw explain(e);
        } finally {
            if (begun == null) {
                turns.endUsers();
            }
        }
    }

    private Database take() throws SQLException {
        if (closed) {
            throw new StoreException("The store " + location.url() + " is closed");
        }
        Database kept = spare.getAndSet(null);
        return kept == null ? Database.beside(location) : kept;
    }

    private StepTransaction begin(Database database) throws SQLException, InterruptedException {
        boolean begun = false;
        try {
            lock(database);
            begun = true;
            return new StepTransaction(this, database, location, longest);
        } finally {
            if (!begun) {
                database.close();
            }
        }
    }

    private void lock(Database database) throws SQLException, InterruptedException {
        Waited waited = new Waited();
        while (true) {
            try {
                database.run("begin immediate");
                return;
            } catch (SQLException e) {
                if (!SqliteErrors.isBusy(e) || waited.isLongerThan(longest.toNanos())) {
                    throw e;
                }
                TimeUnit.NANOSECONDS.sleep(PAUSE_NANOS);
            }
        }
    }

    private StoreException explain(SQLException e) {
        return SqliteErrors.isBusy(e)
                ? new StoreException(
                        "The transaction could not begin: others have kept the write lock of %s for %d ms. A SQLite file has one writer at a time; see who keeps a transaction open, or use PostgreSQL"
                                .formatted(location.url(), longest.toMillis()),
                        e)
                : SqliteErrors.explain(location, e);
    }

    /** @param sound whether it may be used again */
    void giveBack(Database database, boolean sound) {
        try {
            if (closed || !sound || !spare.compareAndSet(null, database)) {
                discard(database);
            } else if (closed) {
                close();
            }
        } finally {
            turns.endUsers();
        }
    }

    static void discard(Database database) {
        try {
            database.close();
        } catch (SQLException e) {
            // With it goes what was not committed, which is all that matters.
        }
    }

    /** Whatever became of the commit, it is over: it was made here, and the connection is closed. */
    @Override
    public Optional<Receipt> settle(Report.Journaled report) {
        return readers.ask(database -> {
            if (isKept(database, report)) {
                return Optional.of(Receipt.RECORDED);
            }
            return isHeld(database, report.claim()) ? Optional.<Receipt>empty() : Optional.of(Receipt.LOST);
        });
    }

    private static boolean isKept(Database database, Report.Journaled report) throws SQLException {
        StepEntry step = report.step();
        return database.sql(IS_KEPT)
                        .set(Ids.bytes(report.claim().run()))
                        .set((long) step.position())
                        .set(step.key())
                        .set((long) step.attempt())
                        .number()
                != 0;
    }

    private static boolean isHeld(Database database, Claim claim) throws SQLException {
        return database.sql(IS_HELD).set(claim.number()).set(claim.id()).number() != 0;
    }

    @Override
    public void close() {
        closed = true;
        Database kept = spare.getAndSet(null);
        if (kept != null) {
            discard(kept);
        }
    }
}
