package dev.errand.store.sqlite;

import dev.errand.store.Claim;
import dev.errand.store.Receipt;
import dev.errand.store.Report;
import java.sql.SQLException;

/** Tells a report that is repeated, since its sender missed the answer, from one whose claim was lost. */
final class Repeats {
    private static final String ENDED_BY = """
            select exists (select 1 from outcome where number = ? and claim = ?)
                or exists (select 1 from attempt where run = ? and attempt = ? and claim = ?)
            """;

    /** Given back before: nobody holds it, and it was not taken from a dead node. */
    private static final String RELEASED = """
            select exists (
                select 1
                  from live
                 where number = ? and claim is null and attempt = ? and suspect = ? and redeliveries = ?)
            """;

    /** Waiting since it was given up, or queued again since its time came. */
    private static final String WAITING = """
            select exists (
                select 1
                  from live
                 where number = ? and claim is null and attempt = ? and resumed = 1 and redeliveries = ?)
            """;

    private Repeats() {}

    /** For a claim that is not held: whether it was its own end that was recorded before. */
    static Receipt receipt(Tx tx, Claim claim) throws SQLException {
        long recorded = tx.sql(ENDED_BY)
                .set(claim.number())
                .set(claim.id())
                .set(claim.number())
                .set((long) claim.attempt())
                .set(claim.id())
                .number();
        return recorded != 0 ? Receipt.RECORDED : Receipt.LOST;
    }

    static Receipt ofWait(Tx tx, Claim claim) throws SQLException {
        long waiting = tx.sql(WAITING)
                .set(claim.number())
                .set((long) claim.attempt())
                .set((long) claim.redeliveries())
                .number();
        return waiting != 0 ? Receipt.RECORDED : receipt(tx, claim);
    }

    static Receipt ofRelease(Tx tx, Report.Released report) throws SQLException {
        Claim claim = report.claim();
        long released = tx.sql(RELEASED)
                .set(claim.number())
                .set((long) claim.attempt())
                .set(claim.suspect() || report.died() ? 1L : 0L)
                .set((long) claim.redeliveries() + (report.died() ? 1 : 0))
                .number();
        return released != 0 ? Receipt.RECORDED : receipt(tx, claim);
    }
}
