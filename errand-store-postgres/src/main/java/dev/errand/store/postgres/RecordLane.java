package dev.errand.store.postgres;

import dev.errand.StoreException;
import dev.errand.store.Receipt;
import dev.errand.store.Report;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Records what became of claimed runs: what is reported together shares a commit. */
final class RecordLane extends Lane {
    private static final int MOST_TRIES = 6;

    private record Command(List<Report> reports, CompletableFuture<List<Receipt>> done) {}

    private final Surroundings surroundings;
    private final Held held;
    private final ConcurrentLinkedQueue<Command> queue = new ConcurrentLinkedQueue<>();
    private volatile boolean ended;

    RecordLane(Connections connections, Surroundings surroundings, Held held) {
        super("record", connections);
        this.surroundings = surroundings;
        this.held = held;
    }

    /** Any thread. */
    CompletionStage<List<Receipt>> record(List<Report> reports) {
        Command command = new Command(reports, new CompletableFuture<>());
        if (isClosing()) {
            command.done().completeExceptionally(closed());
            return command.done();
        }
        queue.add(command);
        wake();
        if (ended) {
            failAll(closed());
        }
        return command.done();
    }

    @Override
    boolean hasWork() {
        return !queue.isEmpty();
    }

    @Override
    long restNanos() {
        return Long.MAX_VALUE;
    }

    @Override
    void turn(Database database) throws SQLException {
        Command command = queue.poll();
        if (command == null) {
            return;
        }
        try {
            command.done().complete(record(database, command.reports()));
        } catch (SQLException | RuntimeException | Error e) {
            command.done().completeExceptionally(PostgresErrors.toThrow(surroundings.settings(), e));
            throw e;
        }
    }

    private List<Receipt> record(Database database, List<Report> reports) throws SQLException {
        held.writing.lock();
        try {
            return commit(database, reports);
        } finally {
            held.writing.unlock();
        }
    }

    /** Records, writes the events, commits. */
    private List<Receipt> commit(Database database, List<Report> reports) throws SQLException {
        boolean gone = false;
        for (int tries = 1; ; tries++) {
            Tx tx = new Tx(database, surroundings.tasks(), surroundings.now(), surroundings.node());
            Recording recording = new Recording(tx, held, tries > 1, gone);
            database.begin();
            try {
                List<Receipt> receipts = recording.record(reports);
                if (!tx.finishAlive(Streams.record(tx.node()))) {
                    recording.rolledBack();
                    database.rollback();
                    gone = true;
                    continue;
                }
                database.commit();
                recording.committed();
                surroundings.committed(tx.notices());
                return receipts;
            } catch (SQLException e) {
                recording.rolledBack();
                if (PostgresErrors.isOutage(e)) {
                    throw e;
                }
                database.rollback();
                if (tries == MOST_TRIES || !(PostgresErrors.isPassing(e) || PostgresErrors.isDuplicate(e))) {
                    throw e;
                }
            } catch (RuntimeException | Error e) {
                recording.rolledBack();
                throw e;
            }
        }
    }

    @Override
    void outage(Throwable cause) {
        failAll(PostgresErrors.toThrow(surroundings.settings(), cause));
    }

    @Override
    void ended() {
        ended = true;
        failAll(closed());
    }

    private void failAll(RuntimeException error) {
        Command next;
        while ((next = queue.poll()) != null) {
            next.done().completeExceptionally(error);
        }
    }

    private StoreException closed() {
        return new StoreException("The store " + surroundings.settings().shownUrl() + " is closed");
    }
}
