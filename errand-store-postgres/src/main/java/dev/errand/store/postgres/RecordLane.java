package dev.errand.store.postgres;

import dev.errand.StoreException;
import dev.errand.store.Claim;
import dev.errand.store.Receipt;
import dev.errand.store.Report;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Records what became of claimed runs, and takes the next ones: both in one commit. */
final class RecordLane extends Lane {
    private static final long CLAIM_AGAIN = TimeUnit.MILLISECONDS.toNanos(200);

    private record Command(List<Report> reports, CompletableFuture<List<Receipt>> done) {}

    private final Surroundings surroundings;
    private final Claiming claiming;
    private final Held held;
    private final Taking taking;
    private final Reconciling reconciling;
    private final ConcurrentLinkedQueue<Command> queue = new ConcurrentLinkedQueue<>();
    private long claimNotBefore = System.nanoTime();
    private volatile boolean ended;

    RecordLane(
            Connections connections, Surroundings surroundings, Claiming claiming, Held held, Reconciling reconciling) {
        super("record", connections);
        this.surroundings = surroundings;
        this.claiming = claiming;
        this.held = held;
        this.taking = new Taking(held);
        this.reconciling = reconciling;
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

    /** The standing request is another one. Any thread. */
    void request(Claiming.Standing standing) {
        claiming.request(standing);
        wake();
    }

    /** Something may be claimable. Any thread. */
    void noticed(boolean anywhere) {
        claiming.noticed(anywhere);
        wake();
    }

    @Override
    boolean hasWork() {
        return !queue.isEmpty() || (reconciling.isDue() && !isClosing()) || (mayClaim() && claiming.isWorthALook());
    }

    private boolean mayClaim() {
        return !isClosing() && surroundings.node() != 0 && System.nanoTime() - claimNotBefore >= 0;
    }

    @Override
    long restNanos() {
        long untilClaim = claimNotBefore - System.nanoTime();
        long untilLook = untilClaim > 0 ? untilClaim : claiming.restNanos();
        return Math.min(untilLook, reconciling.restNanos());
    }

    @Override
    void turn(Database database) throws SQLException {
        if (reconciling.isDue()) {
            reconciling.reconcile(database);
        }
        Command command = queue.poll();
        if (command == null) {
            commit(database, null);
            return;
        }
        try {
            commit(database, command);
        } catch (SQLException | RuntimeException | Error e) {
            command.done().completeExceptionally(PostgresErrors.toThrow(surroundings.settings(), e));
            throw e;
        }
    }

    /** Records, claims, writes the events, commits, answers. */
    private void commit(Database database, @Nullable Command command) throws SQLException {
        Claiming.@Nullable Standing standing = mayClaim() && claiming.isWorthALook() ? claiming.lendToLook() : null;
        List<Claim> claims = List.of();
        try {
            boolean careful = false;
            for (int tries = 1; ; tries++) {
                Tx tx = new Tx(database, surroundings.tasks(), surroundings.now(), surroundings.node());
                Recording recording = new Recording(tx, held, careful);
                long begun = System.nanoTime();
                database.begin();
                try {
                    List<Receipt> receipts = command == null ? List.of() : recording.record(command.reports());
                    Taking.@Nullable Result taken =
                            standing == null ? null : taking.take(tx, standing.request(), claiming.lookFrom());
                    tx.finish(tx.node() == 0 ? Tx.SHARED_STREAM : Streams.record(tx.node()));
                    database.commit();
                    recording.committed();
                    claims = Reconciling.isLate(begun) ? tooLate() : remember(taken);
                    surroundings.committed(tx.notices());
                    if (command != null) {
                        command.done().complete(receipts);
                    }
                    return;
                } catch (SQLException e) {
                    recording.rolledBack();
                    if (PostgresErrors.isOutage(e)) {
                        throw e;
                    }
                    database.rollback();
                    if (tries > 5 || !(PostgresErrors.isPassing(e) || PostgresErrors.isDuplicate(e))) {
                        throw e;
                    }
                    careful = true;
                } catch (RuntimeException | Error e) {
                    recording.rolledBack();
                    throw e;
                }
            }
        } catch (SQLException | RuntimeException | Error e) {
            claiming.noticed(true);
            claimNotBefore = System.nanoTime() + CLAIM_AGAIN;
            throw e;
        } finally {
            if (standing != null) {
                claiming.giveBack(standing, claims);
            }
        }
    }

    /** Others may have taken back by now what was claimed. */
    private List<Claim> tooLate() {
        reconciling.doubt();
        claiming.noticed(true);
        return List.of();
    }

    private List<Claim> remember(Taking.@Nullable Result taken) {
        if (taken == null) {
            return List.of();
        }
        taken.chunks().forEach(held::add);
        claiming.looked(taken.nextFrom(), taken.more());
        return taken.claims();
    }

    @Override
    void outage(Throwable cause) {
        reconciling.doubt(); // a commit may have claimed what nobody here knows of
        RuntimeException error = PostgresErrors.toThrow(surroundings.settings(), cause);
        failAll(error);
    }

    @Override
    void ended() {
        ended = true;
        failAll(closed());
        claiming.close();
    }

    private void failAll(RuntimeException error) {
        List<Command> commands = new ArrayList<>();
        Command next;
        while ((next = queue.poll()) != null) {
            commands.add(next);
        }
        commands.forEach(command -> command.done().completeExceptionally(error));
    }

    private StoreException closed() {
        return new StoreException("The store " + surroundings.settings().shownUrl() + " is closed");
    }
}
