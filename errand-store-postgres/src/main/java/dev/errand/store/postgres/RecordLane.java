package dev.errand.store.postgres;

import dev.errand.StoreException;
import dev.errand.store.Receipt;
import dev.errand.store.Report;
import dev.errand.store.Spawn;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Records what became of claimed runs, and stores what their bodies trigger: what is reported together shares a commit, and so does what
 * bodies trigger meanwhile. Where such a commit fails, each of those that would have shared it gets one of its own.
 */
final class RecordLane extends Lane {
    private static final int MOST_TRIES = 6;

    /** What somebody wants written. */
    private sealed interface Command {
        void fail(RuntimeException error);
    }

    private record Told(List<Report> reports, CompletableFuture<List<Receipt>> done) implements Command {
        @Override
        public void fail(RuntimeException error) {
            done.completeExceptionally(error);
        }
    }

    private record Spawned(Spawn spawn, CompletableFuture<Receipt> done) implements Command {
        @Override
        public void fail(RuntimeException error) {
            done.completeExceptionally(error);
        }
    }

    private final Surroundings surroundings;
    private final Held held;
    private final ConcurrentLinkedQueue<Command> queue = new ConcurrentLinkedQueue<>();
    /** What is being done. */
    private final List<Command> group = new ArrayList<>();

    private volatile boolean ended;

    RecordLane(Connections connections, Surroundings surroundings, Held held) {
        super("record", connections);
        this.surroundings = surroundings;
        this.held = held;
    }

    /** Any thread. */
    CompletionStage<List<Receipt>> record(List<Report> reports) {
        Told command = new Told(reports, new CompletableFuture<>());
        add(command);
        return command.done();
    }

    /** Returns when it is durable. Its tasks have numbers, and its runs wait for their limits. Any thread. */
    Receipt spawn(Spawn spawn) {
        Spawned command = new Spawned(spawn, new CompletableFuture<>());
        add(command);
        try {
            return command.done().join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    private void add(Command command) {
        if (isClosing()) {
            command.fail(closed());
            return;
        }
        queue.add(command);
        wake();
        if (ended) {
            failAll(closed());
        }
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
        gather();
        if (group.size() > 1) {
            try {
                commit(database, group);
                group.clear();
            } catch (SQLException | RuntimeException e) {
                if (PostgresErrors.isOutage(e)) {
                    throw e;
                }
            }
        }
        // What was reported comes last: the connection is given up if that fails.
        group.sort(Comparator.comparing(Told.class::isInstance));
        while (!group.isEmpty()) {
            alone(database, group.removeFirst());
        }
    }

    /** What was reported is not put together with what was before, and spawns up to about what a statement writes. */
    private void gather() {
        boolean told = false;
        int runs = 0;
        long bytes = 0;
        for (Command next = queue.peek(); next != null; next = queue.peek()) {
            if (next instanceof Spawned spawned) {
                runs += spawned.spawn().runs().size();
                bytes += NewChildren.bytes(spawned.spawn().runs());
            } else if (told) {
                return;
            } else {
                told = true;
            }
            if (!group.isEmpty() && (runs > NewChildren.MOST_RUNS || bytes > NewChildren.MOST_BYTES)) {
                return;
            }
            queue.remove();
            group.add(next);
        }
    }

    private void alone(Database database, Command command) throws SQLException {
        try {
            commit(database, List.of(command));
        } catch (SQLException | RuntimeException | Error e) {
            command.fail(PostgresErrors.toThrow(surroundings.settings(), e));
            if (command instanceof Told || e instanceof Error || PostgresErrors.isOutage(e)) {
                throw e;
            }
        }
    }

    private void commit(Database database, List<Command> commands) throws SQLException {
        List<Report> reports = new ArrayList<>();
        List<Spawn> spawns = new ArrayList<>();
        for (Command command : commands) {
            switch (command) {
                case Told told -> reports.addAll(told.reports());
                case Spawned spawned -> spawns.add(spawned.spawn());
            }
        }
        List<Receipt> receipts = write(database, reports, spawns);
        int spawned = reports.size();
        for (Command command : commands) {
            switch (command) {
                case Told told -> told.done().complete(List.copyOf(receipts.subList(0, reports.size())));
                case Spawned one -> one.done().complete(receipts.get(spawned++));
            }
        }
    }

    private List<Receipt> write(Database database, List<Report> reports, List<Spawn> spawns) throws SQLException {
        held.writing.lock();
        try {
            return commit(database, reports, spawns);
        } finally {
            held.writing.unlock();
        }
    }

    /** Records, writes the events, commits. Answers for the reports, then for the spawns. */
    private List<Receipt> commit(Database database, List<Report> reports, List<Spawn> spawns) throws SQLException {
        boolean gone = false;
        for (int tries = 1; ; tries++) {
            Tx tx = new Tx(database, surroundings.tasks(), surroundings.now(), surroundings.node());
            Recording recording = new Recording(tx, held, tries > 1, gone);
            List<Receipt> receipts;
            database.begin();
            try {
                receipts = recording.record(reports, spawns);
                if (!tx.finishAlive(Streams.record(tx.node()))) {
                    recording.rolledBack();
                    database.rollback();
                    gone = true;
                    continue;
                }
                database.commit();
            } catch (SQLException e) {
                recording.rolledBack();
                if (PostgresErrors.isOutage(e)) {
                    throw e;
                }
                database.rollback();
                if (tries == MOST_TRIES || !(PostgresErrors.isPassing(e) || PostgresErrors.isDuplicate(e))) {
                    throw e;
                }
                continue;
            } catch (RuntimeException e) {
                recording.rolledBack();
                database.rollback();
                throw e;
            } catch (Error e) {
                recording.rolledBack();
                throw e;
            }
            recording.committed();
            surroundings.committed(tx.notices());
            return receipts;
        }
    }

    @Override
    void outage(Throwable cause) {
        RuntimeException error = PostgresErrors.toThrow(surroundings.settings(), cause);
        group.forEach(command -> command.fail(error));
        group.clear();
        failAll(error);
    }

    @Override
    void ended() {
        ended = true;
        failAll(closed());
    }

    private void failAll(RuntimeException error) {
        Command next;
        while ((next = queue.poll()) != null) {
            next.fail(error);
        }
    }

    private StoreException closed() {
        return new StoreException("The store " + surroundings.settings().shownUrl() + " is closed");
    }
}
