package dev.errand.store.postgres;

import dev.errand.StoreException;
import dev.errand.store.Receipt;
import dev.errand.store.Report;
import dev.errand.store.StepEntry;
import dev.errand.store.StoreTransaction;
import dev.errand.store.TransactionStore;
import java.sql.SQLException;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Begins transactions of users' that are steps, on connections of the DataSource, or else on some of our own, which are kept for the next. Their
 * number is bounded; who finds none free waits.
 */
final class StepTransactions implements TransactionStore, AutoCloseable {
    /** Of our own. */
    static final int MOST = 8;

    private static final long FRESH_FOR = TimeUnit.SECONDS.toNanos(1);
    private static final long SPARE_FOR = TimeUnit.SECONDS.toNanos(10);

    private static final String IS_KEPT = """
            select exists (
                select 1
                  from errand.step
                 where run = ? and position = ? and key = ? and attempt = ? and ended is not null and failure is null)
            """;

    private record Idle(Database database, long since) {
        boolean isOlderThan(long nanos) {
            return System.nanoTime() - since > nanos;
        }
    }

    private final Surroundings surroundings;
    private final Connections connections;
    private final Desk desk;
    private final Trip trip;
    private final Semaphore room;
    private final ConcurrentLinkedDeque<Idle> idle = new ConcurrentLinkedDeque<>();
    private volatile boolean closed;

    StepTransactions(Surroundings surroundings, Connections connections, Desk desk, Trip trip) {
        this.surroundings = surroundings;
        this.connections = connections;
        this.desk = desk;
        this.trip = trip;
        this.room = new Semaphore(isBorrowed() ? Integer.MAX_VALUE : MOST, true);
    }

    /** Whether the DataSource knows best what to keep, and how many. */
    private boolean isBorrowed() {
        return surroundings.settings().dataSource() != null;
    }

    @Override
    public StoreTransaction begin() throws InterruptedException {
        room.acquire();
        @Nullable StepTransaction begun = null;
        try {
            begun = begin(take());
            return begun;
        } catch (SQLException e) {
            throw PostgresErrors.explain(surroundings.settings(), e);
        } finally {
            if (begun == null) {
                room.release();
            }
        }
    }

    private StepTransaction begin(Database database) throws SQLException {
        try {
            database.begin();
            return new StepTransaction(this, database, surroundings, trip);
        } catch (SQLException e) {
            database.close();
            throw e;
        }
    }

    private Database take() throws SQLException {
        if (closed) {
            throw new StoreException("The store " + surroundings.settings().shownUrl() + " is closed");
        }
        for (Idle free = idle.poll(); free != null; free = idle.poll()) {
            Database database = free.database();
            if (!free.isOlderThan(FRESH_FOR) || database.connection().isValid(1)) {
                return database;
            }
            database.close();
        }
        return connections.open();
    }

    /** @param sound whether it may be used again */
    void giveBack(Database database, boolean sound) {
        try {
            if (sound && !closed && !isBorrowed()) {
                database.tidy();
                idle.push(new Idle(database, System.nanoTime()));
                Idle spare = idle.peekLast();
                if (spare != null && spare.isOlderThan(SPARE_FOR) && idle.remove(spare)) {
                    spare.database().close();
                }
            } else {
                database.close();
            }
        } finally {
            room.release();
        }
    }

    /**
     * Locks the row that fences the run: the transaction has its lock until it has ended, whatever became of our connection to it. The lock
     * is written to the log, so that the answer has reached the standby as well, where there is one to wait for.
     */
    @Override
    public Optional<Receipt> settle(Report.Journaled report) {
        return desk.request(tx -> {
            Whereabouts place = Whereabouts.lock(tx, report.claim().run());
            if (isKept(tx, report)) {
                return Optional.of(Receipt.RECORDED);
            }
            boolean held = place != null && place.claim() == report.claim().id();
            return held ? Optional.<Receipt>empty() : Optional.of(Receipt.LOST);
        });
    }

    private static boolean isKept(Tx tx, Report.Journaled report) throws SQLException {
        StepEntry step = report.step();
        return tx.sql(IS_KEPT)
                .setObject(Ids.uuid(report.claim().run()))
                .set((long) step.position())
                .set(step.key())
                .set((long) step.attempt())
                .first(row -> row.getBoolean(1))
                .orElse(false);
    }

    /** Those that are under way are closed as they end. */
    @Override
    public void close() {
        closed = true;
        for (@Nullable Idle next = idle.poll(); next != null; next = idle.poll()) {
            next.database().close();
        }
    }
}
