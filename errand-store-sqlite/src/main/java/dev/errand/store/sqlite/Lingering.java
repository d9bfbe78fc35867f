package dev.errand.store.sqlite;

import dev.errand.store.Claim;
import dev.errand.store.Receipt;
import dev.errand.store.Report;
import dev.errand.store.format.ClaimIds;
import java.sql.SQLException;
import java.util.List;

/**
 * Bodies that go on although their runs have ended. Each has a row, written in the transaction of the end, by which limits go on counting it.
 * It goes when the node says that the body has left, or with the node: so who wakes up after others cleared it away deletes nothing but
 * its own.
 */
final class Lingering {
    /** Not under a claim of a node that is none any more, be it that this process has joined again: nobody would take it away. */
    private static final String ADD = """
            insert into lingering (run, claim, line)
            select id, ?, coalesce(line, task) from run where number = ? and exists (select 1 from node where number = ?)
                on conflict do nothing
            """;

    private static final String REMOVE = "delete from lingering where run = ? and claim = ? returning line";

    private static final String LINES = "select line from lingering";

    private Lingering() {}

    /** The line of each. */
    static List<Long> lines(Tx tx) throws SQLException {
        return tx.sql(LINES).list(row -> row.getLong(1));
    }

    /** After the ends were written. A body that lingered and left in one commit has left. */
    static void record(Tx tx, List<Report> reports, Receipt[] receipts) throws SQLException {
        for (int i = 0; i < receipts.length; i++) {
            if (reports.get(i) instanceof Report.Lingers lingers && receipts[i] == Receipt.RECORDED) {
                add(tx, lingers.claim());
            } else if (reports.get(i) instanceof Report.Left left) {
                remove(tx, left.claim());
            }
        }
    }

    private static void add(Tx tx, Claim claim) throws SQLException {
        tx.sql(ADD)
                .set(claim.id())
                .set(claim.number())
                .set(ClaimIds.node(claim.id()))
                .update();
    }

    private static void remove(Tx tx, Claim claim) throws SQLException {
        List<Long> lines =
                tx.sql(REMOVE).set(Ids.bytes(claim.run())).set(claim.id()).list(row -> row.getLong(1));
        for (long line : lines) {
            tx.backlog().freed(line, tx.rules());
            tx.wake();
        }
    }
}
