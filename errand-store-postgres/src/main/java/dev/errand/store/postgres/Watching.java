package dev.errand.store.postgres;

import dev.errand.RunId;
import dev.errand.StoreException;
import dev.errand.store.Claim;
import dev.errand.store.Receipt;
import dev.errand.store.WatchStore;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Runs that others watch. A row of {@code errand.awaited}, as for a child that is awaited, but written by who looks, when the watched run may be
 * ending. Who ends a run locks the row that it shares or has, and marks afterwards who awaits it; so the watcher locks that row first, for the
 * moment in which it writes its own: either the end comes after that and marks, or it came before, and is seen by who looks afterwards.
 *
 * <pre>
 *   watch   lock R ── is W ours? ── write (W, R) ── commit ── look at R ── wait, armed
 *   end                                               └ lock R ── outcome ── mark (W, R)
 * </pre>
 *
 * <p>It never waits for a lock, so that some runs are watched at once, in whatever order, and nobody is locked out; what others have locked it asks
 * for again a moment later. A transaction of a user's may hold a run for long, and all that this process does by request would stand in line behind it.
 *
 * <p>A process that was taken for dead writes nothing, or it would open what the next holder of W has waited for: since that one locks R as well,
 * it has not written yet, or its claim is seen under that lock. So W's own row is left to those who record, of whom some may wait for R's.
 */
final class Watching implements WatchStore {
    /** At once, of those that are watched: they are kept from all others meanwhile. */
    private static final int SLICE = 16;

    /** For how long it asks for what others have locked. */
    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(5);

    private static final long FIRST_PAUSE = TimeUnit.MILLISECONDS.toNanos(2);
    private static final long LONGEST_PAUSE = TimeUnit.MILLISECONDS.toNanos(200);

    /** So many may ask again at such a pace: where more do, each does less often. */
    private static final int FEW = 16;

    private static final long LONGEST_PAUSE_OF_MANY = TimeUnit.SECONDS.toNanos(2);

    private static final String EXISTS = "select true from errand.run where id = ?";

    /** Until the end of the transaction nobody deletes it. */
    private static final String KEEP = "select true from errand.run where id = ? for key share skip locked";

    /** Nor takes its end away for a retry by hand; nor does another process watch it, which might be one that holds W no more. */
    private static final String KEEP_END =
            "select true from errand.outcome where run = ? for no key update skip locked";

    /** What was watched under other claims, of which no wait is left. */
    static final String FORGET = """
            delete from errand.awaited
             where ctid = any(array(
                select ctid
                  from errand.awaited
                 where run = ? and kind = 3 and version is distinct from ?
                   for update skip locked))
            """;

    static final String KNOWN =
            "select subject from errand.awaited where run = ? and kind = 3 and subject = any(?::uuid[])";

    static final String LOCK_KNOWN = KNOWN + " for update skip locked";

    /** What was watched before is open again, whatever has happened: who watches looks after this. */
    static final String WATCH = """
            insert into errand.awaited (run, kind, subject, state, armed, version)
            select ?, 3, subject, 0, 0, ? from unnest(?::uuid[]) subject
                on conflict (run, kind, subject) do update
               set state = 0, armed = 0, ended = null, version = excluded.version
            """;

    static final String ENDED =
            "select subject from errand.awaited where run = ? and kind = 3 and subject = any(?::uuid[]) and state > 0";

    private final Pool pool;
    private final Desk desk;
    private final AtomicInteger waiting = new AtomicInteger();

    Watching(Pool pool, Desk desk) {
        this.pool = pool;
        this.desk = desk;
    }

    @Override
    public Receipt watch(Claim claim, List<RunId> runs) {
        Tries tries = new Tries();
        long began = System.nanoTime();
        Optional<List<RunId>> left = watchFree(claim, runs.stream().distinct().toList());
        for (long pause = FIRST_PAUSE; isAny(left); pause = Math.min(pause * 2, LONGEST_PAUSE)) {
            tries.inVain(began, System.nanoTime());
            if (Thread.currentThread().isInterrupted() || tries.lasted(PATIENCE)) {
                throw new StoreException(
                        "Run %s cannot be watched yet: a transaction that is still open has locked it, such as one that ends it"
                                .formatted(left.orElseThrow().getFirst()));
            }
            pause(pause);
            began = System.nanoTime();
            left = watchFree(claim, left.orElseThrow());
        }
        return left.isEmpty() ? Receipt.LOST : Receipt.RECORDED;
    }

    private static boolean isAny(Optional<List<RunId>> left) {
        return left.isPresent() && !left.get().isEmpty();
    }

    private void pause(long nanos) {
        int many = waiting.incrementAndGet();
        try {
            long most = Math.min(nanos * (1 + many / FEW), LONGEST_PAUSE_OF_MANY);
            LockSupport.parkNanos(this, ThreadLocalRandom.current().nextLong(most / 2, most));
        } finally {
            waiting.decrementAndGet();
        }
    }

    /** Those that others have locked; empty if the claim is held no more. */
    private Optional<List<RunId>> watchFree(Claim claim, List<RunId> runs) {
        List<RunId> busy = new ArrayList<>();
        for (int from = 0; from < runs.size(); from += SLICE) {
            List<RunId> some = runs.subList(from, Math.min(from + SLICE, runs.size()));
            Optional<List<RunId>> left = Desk.again(() -> desk.request(tx -> watch(tx, claim, some)));
            if (left.isEmpty()) {
                return left;
            }
            busy.addAll(left.get());
        }
        return Optional.of(busy);
    }

    private static Optional<List<RunId>> watch(Tx tx, Claim claim, List<RunId> runs) throws SQLException {
        List<RunId> busy = new ArrayList<>();
        List<RunId> kept = new ArrayList<>();
        for (RunId run : runs) {
            switch (keep(tx, run)) {
                case KEPT -> kept.add(run);
                case BUSY -> busy.add(run);
                case NONE -> {}
            }
        }
        if (kept.isEmpty() && !busy.isEmpty()) {
            tx.giveUp();
            return Optional.of(busy);
        }
        Whereabouts own = Whereabouts.look(tx, claim.run());
        if (own == null || own.claim() != claim.id() || !Spawning.isOfTheLiving(tx, claim)) {
            tx.giveUp();
            return Optional.empty();
        }
        write(tx, claim, kept, busy);
        return Optional.of(busy);
    }

    private static void write(Tx tx, Claim claim, List<RunId> kept, List<RunId> busy) throws SQLException {
        if (kept.isEmpty()) {
            return;
        }
        tx.sql(FORGET).setObject(Ids.uuid(claim.run())).set(claim.id()).update();
        Set<RunId> locked = rows(tx, KNOWN, claim, kept);
        locked.removeAll(rows(tx, LOCK_KNOWN, claim, kept)); // by who marks an end
        busy.addAll(locked);
        List<RunId> free = kept.stream().filter(run -> !locked.contains(run)).toList();
        tx.sql(WATCH)
                .setObject(Ids.uuid(claim.run()))
                .set(claim.id())
                .setObject(new UuidArray(Columns.ids(free, run -> run)))
                .update();
    }

    private static Set<RunId> rows(Tx tx, String statement, Claim claim, List<RunId> runs) throws SQLException {
        return new HashSet<>(tx.sql(statement)
                .setObject(Ids.uuid(claim.run()))
                .setObject(new UuidArray(Columns.ids(runs, run -> run)))
                .list(row -> Ids.of(row.getObject(1))));
    }

    // ── the watched run

    private enum Kept {
        /** It is as it is, ended or not, until the transaction ends. */
        KEPT,
        /** Somebody else has it, or it changes just now. */
        BUSY,
        /** There is no such run. */
        NONE
    }

    private static Kept keep(Tx tx, RunId run) throws SQLException {
        Whereabouts seen = Whereabouts.look(tx, run);
        if (seen == null) {
            return keepEnd(tx, run);
        }
        if (!seen.tryLock(tx)) {
            return Kept.BUSY;
        }
        Whereabouts place = Whereabouts.look(tx, run);
        if (place == null || !place.isRowOf(seen)) {
            return Kept.BUSY;
        }
        if (place.claim() == 0 && place.position() != Chunks.NOT_DUE) {
            tx.tell(Notice.OLD_WORK); // claims pass it over meanwhile
        }
        return Kept.KEPT;
    }

    private static Kept keepEnd(Tx tx, RunId run) throws SQLException {
        if (!isThere(tx, EXISTS, run)) {
            return Kept.NONE;
        }
        return isThere(tx, KEEP, run) && isThere(tx, KEEP_END, run) ? Kept.KEPT : Kept.BUSY;
    }

    private static boolean isThere(Tx tx, String statement, RunId run) throws SQLException {
        return tx.sql(statement)
                .setObject(Ids.uuid(run))
                .first(row -> row.getBoolean(1))
                .orElse(false);
    }

    @Override
    public List<RunId> ended(RunId run, List<RunId> watched) {
        return pool.ask(database -> database.sql(ENDED)
                .setObject(Ids.uuid(run))
                .setObject(new UuidArray(Columns.ids(watched, one -> one)))
                .list(row -> Ids.of(row.getObject(1))));
    }
}
