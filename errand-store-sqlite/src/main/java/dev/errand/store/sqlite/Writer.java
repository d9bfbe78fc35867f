package dev.errand.store.sqlite;

import dev.errand.StoreException;
import dev.errand.store.NewRun;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread that writes. SQLite lets one transaction write at a time and its calls pin virtual threads, so all writing is done
 * here: callers leave commands in a queue, and the writer applies all that wait in one transaction, which costs them one sync of
 * the disk together.
 *
 * <p>A turn is: begin, apply what waits (for some milliseconds at most), serve the standing claim from what that made claimable,
 * write the events, commit, answer. If anything fails, all is rolled back and the commands are repeated one by one, so that only
 * the one at fault fails. Nothing of a user's runs inside.
 */
final class Writer {
    private static final Logger log = LoggerFactory.getLogger(Writer.class);
    private static final int MOST_TOGETHER = 1_000;
    private static final long GROUP_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
    private static final long CLAIM_AGAIN_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Location location;
    private final Database database;
    private final Transactions transactions;
    private final Tx tx;
    private final Claiming claiming;
    private final Listeners listeners;
    private final Checkpoints checkpoints;
    private final Expected expected = new Expected(System::nanoTime);
    private final ConcurrentLinkedQueue<Command<?>> queue = new ConcurrentLinkedQueue<>();
    private final Thread thread;

    private long claimNotBefore = System.nanoTime();
    private volatile long lookEveryNanos;
    private volatile boolean resting;
    private volatile boolean poked;
    private volatile boolean closing;
    private volatile boolean abandoned;
    private volatile boolean ended;

    Writer(Location location, Database database, Tx tx, Claiming claiming, Listeners listeners, Turns turns) {
        this.location = location;
        this.database = database;
        this.transactions = new Transactions(database, turns);
        this.tx = tx;
        this.claiming = claiming;
        this.listeners = listeners;
        this.checkpoints = new Checkpoints(database);
        this.thread = Thread.ofPlatform().name("errand-store-writer").daemon().unstarted(this::work);
    }

    void start() {
        thread.start();
    }

    /** Any thread. Fails with what {@link SqliteErrors} makes of it. */
    <T> CompletableFuture<T> submit(Command.Work<T> work) {
        return submit(Command.of(work));
    }

    private <T> CompletableFuture<T> submit(Command<T> command) {
        if (closing) {
            command.fail(closed());
            return command.answer();
        }
        queue.add(command);
        wake();
        if (ended) {
            failAll(closed());
        }
        return command.answer();
    }

    /** As {@link #submit}, waiting for it, whether interrupted or not. */
    <T> T call(Command.Work<T> work) {
        return join(submit(work));
    }

    /** Stores runs, together with those of other callers that wait. Returns when they are durable. */
    void enqueue(List<NewRun> runs) {
        join(submit(Command.enqueue(runs)));
    }

    private static <T> T join(CompletableFuture<T> answer) {
        try {
            return answer.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? Rethrown.here(cause) : e;
        }
    }

    /** Looks whether other processes have written. Any thread. */
    void look() {
        poked = true;
        wake();
    }

    /** As {@link #look}, since another process says so. Who tells of events need not wait until it has looked. */
    void lookAsTold() {
        listeners.told();
        look();
    }

    /** Looks by itself every so often; 0 for never. */
    void lookEvery(long nanos) {
        lookEveryNanos = nanos;
        look();
    }

    /** A transaction of a user's has written, of whose commit nobody tells: looks for it from now on. */
    void expect() {
        expected.expect();
        wake();
    }

    /** Whether all transactions that write now have ended within that time. */
    boolean isFreeWithin(Duration timeout) throws InterruptedException {
        long end = System.nanoTime() + Math.min(TimeUnit.NANOSECONDS.convert(timeout), Long.MAX_VALUE / 2);
        while (true) {
            try {
                submit(tx -> true).get(end - System.nanoTime(), TimeUnit.NANOSECONDS);
                return true;
            } catch (TimeoutException e) {
                return false;
            } catch (ExecutionException e) {
                Throwable cause = Objects.requireNonNull(e.getCause());
                if (!SqliteErrors.isBusy(cause.getCause())) {
                    throw SqliteErrors.toThrow(location, cause);
                }
            }
        }
    }

    /** Does what waits, then ends. */
    void close() {
        closing = true;
        end();
    }

    /** As if the process had died: does nothing more. */
    void abandon() {
        abandoned = true;
        closing = true;
        end();
    }

    private void end() {
        LockSupport.unpark(thread);
        boolean interrupted = false;
        while (thread.isAlive() && !thread.equals(Thread.currentThread())) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void wake() {
        if (resting) {
            LockSupport.unpark(thread);
        }
    }

    // ── on the writer's thread

    private void work() {
        while (!abandoned && !(closing && queue.isEmpty())) {
            try {
                turn();
            } catch (Throwable e) {
                log.atError().setCause(e).log("The store's writer stumbled");
            }
        }
        ended = true;
        failAll(closed());
        claiming.close();
        try {
            database.close();
        } catch (SQLException e) {
            log.atWarn().setCause(e).log("The database did not close cleanly");
        }
    }

    private void turn() {
        if (!queue.isEmpty() || claimsWait()) {
            transact();
            checkpoints.afterCommit();
        } else if (poked) {
            poked = false;
            lookAtOthers();
        } else {
            rest();
        }
    }

    private boolean claimsWait() {
        return claiming.isPossible(tx) && System.nanoTime() - claimNotBefore >= 0;
    }

    private void rest() {
        resting = true;
        if (queue.isEmpty() && !poked && !closing) {
            long checkpoint = checkpoints.after();
            long look = lookAfter();
            if (look > 0 && (checkpoint <= 0 || look < checkpoint)) {
                LockSupport.parkNanos(this, look);
                poked = true;
            } else if (checkpoint > 0) {
                LockSupport.parkNanos(this, checkpoint);
                if (queue.isEmpty() && !poked && !closing) {
                    checkpoints.checkpoint();
                }
            } else {
                LockSupport.park(this);
            }
        }
        resting = false;
    }

    /** When to look at others by itself; 0 for never. */
    private long lookAfter() {
        long soon = expected.lookAfter();
        return soon > 0 ? soon : lookEveryNanos;
    }

    private void lookAtOthers() {
        boolean expecting = expected.take();
        try {
            if (expecting && !transactions.isFree()) {
                expected.goOn(); // what there is to see by now was written before
            }
            if (tx.refresh()) {
                othersCommitted(expecting);
            }
        } catch (SQLException e) {
            database.forgetStatements();
            if (expecting) {
                expected.failed();
            }
            if (!SqliteErrors.isBusy(e)) {
                log.atWarn().setCause(e).log("The store could not be looked at; trying again");
            }
        }
    }

    private void othersCommitted(boolean expecting) {
        tx.told();
        listeners.committed(true);
        if (expecting) {
            listeners.tellOthers();
        }
    }

    private void transact() {
        List<Command<?>> group = new ArrayList<>();
        boolean foreign;
        try {
            foreign = transactions.begin(tx);
        } catch (SQLException | RuntimeException e) {
            transactions.rollback(tx);
            beginFailed(e);
            return;
        }
        try {
            apply(group);
            claiming.serve(tx);
            transactions.commit(tx);
        } catch (Throwable e) {
            transactions.rollback(tx);
            claiming.rolledBack();
            repeatOneByOne(group, e);
            return;
        }
        answer(group, foreign);
    }

    private void apply(List<Command<?>> group) throws SQLException {
        long end = System.nanoTime() + GROUP_NANOS;
        Command<?> next = queue.poll();
        while (next != null) {
            group.add(next);
            List<NewRun> arrivals = isNeverRefused(next) ? withThoseThatFollow(next, group) : List.of();
            // Not before: what has just come is due by now, not in the future.
            tx.nextCommand();
            if (arrivals.isEmpty()) {
                next.applyOrRefuse(tx);
            } else {
                Enqueueing.enqueue(tx, arrivals);
            }
            next = System.nanoTime() < end ? queue.poll() : null;
        }
        tx.settle();
    }

    /** Whether it does nothing but store runs of which there cannot be too many. */
    private boolean isNeverRefused(Command<?> command) throws SQLException {
        return !command.arrivals().isEmpty() && !PendingCaps.any(tx, command.arrivals());
    }

    /** A statement for many rows costs little more than one for a row: callers that enqueue at the same time share that too. */
    private List<NewRun> withThoseThatFollow(Command<?> first, List<Command<?>> group) throws SQLException {
        Command<?> next = queue.peek();
        if (next == null || !isNeverRefused(next)) {
            return first.arrivals();
        }
        List<NewRun> runs = new ArrayList<>(first.arrivals());
        while (next != null && runs.size() < MOST_TOGETHER && isNeverRefused(next)) {
            group.add(queue.remove());
            runs.addAll(next.arrivals());
            next = queue.peek();
        }
        return runs;
    }

    private void answer(List<Command<?>> group, boolean foreign) {
        boolean tell = tx.isWorthTelling();
        tx.committed();
        claiming.committed(tx.endedClaims());
        for (Command<?> command : group) {
            command.complete();
        }
        if (tx.isKeeperCalled()) {
            listeners.requested();
        }
        if (foreign) {
            othersCommitted(expected.any());
        } else if (tell) {
            listeners.committed(false);
        }
        if (tell) {
            listeners.tellOthers();
        }
    }

    private void repeatOneByOne(List<Command<?>> group, Throwable cause) {
        if (group.isEmpty()) {
            claimNotBefore = System.nanoTime() + CLAIM_AGAIN_NANOS;
            log.atWarn().setCause(cause).log("Runs could not be claimed; trying again");
        }
        for (Command<?> command : group) {
            try {
                boolean foreign = transactions.begin(tx);
                command.apply(tx);
                tx.settle();
                transactions.commit(tx);
                answer(List.of(command), foreign);
            } catch (Throwable e) {
                transactions.rollback(tx);
                command.fail(SqliteErrors.toThrow(location, e));
            }
        }
    }

    private void beginFailed(Exception cause) {
        claimNotBefore = System.nanoTime() + CLAIM_AGAIN_NANOS;
        failAll(SqliteErrors.toThrow(location, cause));
    }

    private void failAll(RuntimeException error) {
        for (@Nullable Command<?> command = queue.poll(); command != null; command = queue.poll()) {
            command.fail(error);
        }
    }

    private StoreException closed() {
        return new StoreException("The store " + location.url() + " is closed");
    }
}
