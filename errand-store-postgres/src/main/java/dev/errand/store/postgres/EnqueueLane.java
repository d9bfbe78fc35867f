package dev.errand.store.postgres;

import dev.errand.StoreException;
import dev.errand.store.NewRun;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

/**
 * Stores new runs: those of all callers that wait, in one commit. When the connection breaks, or the answer to a commit is lost, the
 * same runs are sent again for some seconds; what is stored already is left as it is.
 */
final class EnqueueLane extends Lane {
    private static final int MOST_RUNS = 10_000;
    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(10);
    private static final long LONGEST_REST = TimeUnit.SECONDS.toNanos(60);

    /** @param tries on the lane's thread */
    private record Command(List<NewRun> runs, CompletableFuture<Boolean> done, Tries tries) {}

    private final Settings settings;
    private final Enqueueing enqueueing;
    private final Reconciling reconciling;
    private final ConcurrentLinkedQueue<Command> queue = new ConcurrentLinkedQueue<>();
    private final List<Command> group = new ArrayList<>();
    private volatile boolean ended;

    EnqueueLane(Settings settings, Connections connections, Enqueueing enqueueing, Reconciling reconciling) {
        super("enqueue", connections);
        this.settings = settings;
        this.enqueueing = enqueueing;
        this.reconciling = reconciling;
    }

    /** Returns when they are durable. Any thread. */
    void enqueue(List<NewRun> runs) {
        if (isClosing()) {
            throw closed();
        }
        Command command = new Command(List.copyOf(runs), new CompletableFuture<>(), new Tries());
        queue.add(command);
        wake();
        if (ended) {
            failAll(closed());
        }
        try {
            command.done().join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    @Override
    boolean hasWork() {
        return !group.isEmpty() || !queue.isEmpty();
    }

    @Override
    long restNanos() {
        return LONGEST_REST;
    }

    @Override
    void turn(Database database) throws SQLException {
        gather();
        try {
            store(database, group);
            complete(group);
        } catch (SQLException | RuntimeException e) {
            if (PostgresErrors.isOutage(e)) {
                throw e;
            }
            oneByOne(database);
        }
    }

    private void gather() {
        int runs = group.stream().mapToInt(command -> command.runs().size()).sum();
        Command next;
        while (runs < MOST_RUNS && (next = queue.poll()) != null) {
            group.add(next);
            runs += next.runs().size();
        }
    }

    private void store(Database database, List<Command> commands) throws SQLException {
        List<NewRun> runs = commands.getFirst().runs();
        if (commands.size() > 1) {
            List<NewRun> all = new ArrayList<>();
            commands.forEach(command -> all.addAll(command.runs()));
            runs = all;
        }
        enqueueing.store(database, runs);
    }

    /** Something is wrong with one of them, which is to spoil no other: each gets a commit of its own. */
    private void oneByOne(Database database) throws SQLException {
        for (Command command : List.copyOf(group)) {
            try {
                enqueueing.storeNew(database, command.runs());
                complete(List.of(command));
            } catch (SQLException | RuntimeException e) {
                if (PostgresErrors.isOutage(e)) {
                    throw e;
                }
                group.remove(command);
                command.done().completeExceptionally(PostgresErrors.toThrow(settings, e));
            }
        }
    }

    private void complete(List<Command> done) {
        List<Command> completed = List.copyOf(done);
        group.removeAll(completed);
        completed.forEach(command -> command.done().complete(true));
    }

    @Override
    void outage(Throwable cause) {
        reconciling.doubt(); // a commit may have claimed what nobody here knows of
        long now = System.nanoTime();
        RuntimeException error = PostgresErrors.toThrow(settings, cause);
        group.removeIf(command -> giveUp(command, now, error));
        queue.removeIf(command -> giveUp(command, now, error));
    }

    private boolean giveUp(Command command, long now, RuntimeException error) {
        command.tries().inVain(tryBegan(), now);
        boolean late = isClosing() || command.tries().lasted(PATIENCE);
        if (late) {
            command.done().completeExceptionally(error);
        }
        return late;
    }

    @Override
    void ended() {
        ended = true;
        failAll(closed());
    }

    private void failAll(RuntimeException error) {
        Command command;
        while ((command = queue.poll()) != null) {
            command.done().completeExceptionally(error);
        }
    }

    private StoreException closed() {
        return new StoreException("The store " + settings.shownUrl() + " is closed");
    }
}
