package dev.errand.store.postgres;

import dev.errand.store.Claim;
import dev.errand.store.Receipt;
import dev.errand.store.Report;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * Bodies that go on although their runs have ended. Each has a row, written in the transaction of the end, by which limits go on counting
 * it, see {@link Counts}; it goes when the node says that the body has left. A node that is gone has none that count: so nobody has to free
 * them when it dies, and who was taken for dead and wakes up deletes nothing but its own.
 */
final class Lingering {
    /** Whether the node of a row {@code l} is none that is gone. Looked up for each row, of which there are hardly ever any. */
    static final String LIVING = "(select gone is null from errand.node where number = l.claim >> 40)";

    /** One for each, beside what is claimed. */
    static final String HELD = "select line as held, 1 as permits from errand.lingering l where " + LIVING;

    private static final String ADD = """
            insert into errand.lingering (run, claim, line)
            select u.run, u.claim, r.line
              from unnest(?::uuid[], ?::bigint[]) u(run, claim)
             cross join lateral (select coalesce(line, task) as line from errand.run where id = u.run limit 1) r
                on conflict do nothing
            """;

    private static final String REMOVE = """
            delete from errand.lingering l
             using unnest(?::uuid[], ?::bigint[]) u(run, claim)
             where l.run = u.run and l.claim = u.claim
            """;

    /** What is locked counts no more either, and is left for a later look: its node may stand still in the middle of deleting it. */
    private static final String CLEAR = """
            with gone as materialized (
                select run, claim
                  from errand.lingering l
                 where <living> is not true
                   for update skip locked)
            delete from errand.lingering l
             using gone
             where l.run = gone.run and l.claim = gone.claim
            """.replace("<living>", LIVING);

    private static final String LINES = "select line from errand.lingering l where " + LIVING;

    private final List<Report> told;
    private final boolean any;
    private final List<Report> others;

    /** Of what a node reports. */
    Lingering(List<Report> told) {
        this.told = told;
        this.any = told.stream().anyMatch(Lingering::isOurs);
        this.others = any ? withoutOurs(told) : told;
    }

    private static boolean isOurs(Report report) {
        return report instanceof Report.Lingers || report instanceof Report.Left;
    }

    private static List<Report> withoutOurs(List<Report> told) {
        List<Report> others = new ArrayList<>(told.size());
        for (Report report : told) {
            if (report instanceof Report.Lingers lingers) {
                others.add(lingers.end());
            } else if (!(report instanceof Report.Left)) {
                others.add(report);
            }
        }
        return others;
    }

    /** What is to be recorded besides, the ends of runs whose bodies linger included. */
    List<Report> others() {
        return others;
    }

    /**
     * Writes who lingers and who left, after {@link #others} were recorded. A body that did both since the last commit has left.
     *
     * @param receipts of the others, and after them of whatever else was recorded
     * @return of all that was told, and of whatever else
     */
    List<Receipt> record(Tx tx, List<Receipt> receipts) throws SQLException {
        if (!any) {
            return receipts;
        }
        List<Receipt> all = new ArrayList<>();
        List<Claim> lingering = new ArrayList<>();
        List<Claim> left = new ArrayList<>();
        Iterator<Receipt> answers = receipts.iterator();
        for (Report report : told) {
            Receipt receipt = report instanceof Report.Left ? Receipt.RECORDED : answers.next();
            all.add(receipt);
            if (report instanceof Report.Left) {
                left.add(report.claim());
            } else if (report instanceof Report.Lingers && receipt == Receipt.RECORDED) {
                lingering.add(report.claim());
            }
        }
        answers.forEachRemaining(all::add);
        add(tx, lingering);
        remove(tx, left);
        return all;
    }

    private static void add(Tx tx, List<Claim> claims) throws SQLException {
        if (!claims.isEmpty()) {
            tx.sql(ADD)
                    .setObject(new UuidArray(Columns.ids(claims, Claim::run)))
                    .setObject(tx.array("int8", Columns.longs(claims, Claim::id)))
                    .update();
        }
    }

    private static void remove(Tx tx, List<Claim> claims) throws SQLException {
        if (!claims.isEmpty()) {
            tx.sql(REMOVE)
                    .setObject(new UuidArray(Columns.ids(claims, Claim::run)))
                    .setObject(tx.array("int8", Columns.longs(claims, Claim::id)))
                    .update();
            tx.tell(Notice.PERMITS);
        }
    }

    /** Forgets those of nodes that are gone. Answers whether there were any. */
    static boolean clear(Tx tx) throws SQLException {
        return tx.sql(CLEAR).update() > 0;
    }

    /** The line of each. */
    static List<Long> lines(Database database) throws SQLException {
        return database.sql(LINES).list(row -> row.getLong(1));
    }
}
