package dev.errand.store.postgres;

import dev.errand.RunId;
import dev.errand.StoreException;
import dev.errand.store.Claim;
import dev.errand.store.Receipt;
import dev.errand.store.WatchStore;
import java.sql.SQLException;
import java.util.List;

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
 * <p>A process that was taken for dead writes nothing, or it would open what the next holder of W has waited for: since that one locks R as well,
 * it has not written yet, or its claim is seen under that lock. So W's own row is left to those who record, of whom some may wait for R's.
 */
final class Watching implements WatchStore {
    private static final int MOST_TRIES = 10;

    /** Until the end of the transaction nobody deletes it. */
    private static final String KEEP = "select true from errand.run where id = ? for key share";

    /** Nor takes its end away for a retry by hand. */
    private static final String KEEP_END = "select true from errand.outcome where run = ? for share";

    /** What has ended an earlier wait, or has happened since. What is watched under this claim is not armed yet. */
    static final String FORGET = "delete from errand.awaited where run = ? and kind = 3 and armed <> 0 and state = 2";

    /** What was watched before is open again, whatever has happened: who watches looks after this. */
    static final String WATCH = """
            insert into errand.awaited (run, kind, subject, state, armed)
            values (?, 3, ?, 0, 0)
                on conflict (run, kind, subject) do update
               set state = 0, armed = 0, ended = null
            """;

    static final String ENDED =
            "select subject from errand.awaited where run = ? and kind = 3 and subject = any(?::uuid[]) and state > 0";

    private final Pool pool;
    private final Desk desk;

    Watching(Pool pool, Desk desk) {
        this.pool = pool;
        this.desk = desk;
    }

    @Override
    public Receipt watch(Claim claim, List<RunId> runs) {
        for (RunId run : runs) {
            if (Desk.again(() -> desk.request(tx -> watch(tx, claim, run))) == Receipt.LOST) {
                return Receipt.LOST;
            }
        }
        return Receipt.RECORDED;
    }

    /** One at a time: who locks many runs in an order of his own is in the way of others who do. */
    private static Receipt watch(Tx tx, Claim claim, RunId run) throws SQLException {
        boolean exists = keep(tx, run);
        Whereabouts own = Whereabouts.look(tx, claim.run());
        if (own == null || own.claim() != claim.id() || !Spawning.isOfTheLiving(tx, claim)) {
            tx.giveUp();
            return Receipt.LOST;
        }
        if (exists) {
            tx.sql(FORGET).setObject(Ids.uuid(claim.run())).update();
            tx.sql(WATCH)
                    .setObject(Ids.uuid(claim.run()))
                    .setObject(Ids.uuid(run))
                    .update();
        }
        return Receipt.RECORDED;
    }

    /** Has it as it is, ended or not, until the transaction ends. Answers whether there is such a run. */
    private static boolean keep(Tx tx, RunId run) throws SQLException {
        for (int tries = 0; tries < MOST_TRIES; tries++) {
            Whereabouts place = Whereabouts.lock(tx, run);
            if (place != null) {
                if (place.claim() == 0 && place.position() != Chunks.NOT_DUE) {
                    tx.tell(Notice.OLD_WORK); // claims pass it over meanwhile
                }
                return true;
            }
            if (!isThere(tx, KEEP, run)) {
                return false;
            }
            if (isThere(tx, KEEP_END, run)) {
                return true;
            }
            // It was retried by hand, or moved, between the looks.
        }
        throw new StoreException("Run %s changes all the time; ask again".formatted(run));
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
