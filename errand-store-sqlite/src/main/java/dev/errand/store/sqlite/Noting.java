package dev.errand.store.sqlite;

import dev.errand.LogLine;
import dev.errand.Progress;
import dev.errand.store.Claim;
import dev.errand.store.Receipt;
import dev.errand.store.Report;
import dev.errand.store.format.MetadataMerge;
import dev.errand.store.format.Times;
import dev.errand.store.sql.Sql;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Keeps what a body notes about its run while it executes. */
final class Noting {
    private static final String HELD = "select exists (select 1 from live where number = ? and claim = ?)";
    private static final String PROGRESS = """
            insert into note (run, done, total) values (?, ?, ?)
                on conflict (run) do update set done = excluded.done, total = excluded.total
            """;
    /** Unless others have changed it since it was as said. */
    private static final String METADATA = """
            insert into note (run, metadata) values (?, ?)
                on conflict (run) do update set metadata = excluded.metadata where coalesce(note.metadata = ?, 1)
            """;

    private static final String LAST_EMITTED = "select max(position) from emitted where run = ? and attempt = ?";
    private static final String LAST_LINE = "select max(position) from line where run = ?";
    private static final Batch EMITTED =
            new Batch("insert into emitted (run, attempt, position, item) values %s", "(?, ?, ?, ?)");
    private static final Batch LINE =
            new Batch("insert into line (run, position, attempt, at, level, message) values %s", "(?, ?, ?, ?, ?, ?)");

    private Noting() {}

    static Receipt note(Tx tx, Report.Noted report) throws SQLException {
        Claim claim = report.claim();
        if (tx.sql(HELD).set(claim.number()).set(claim.id()).number() == 0) {
            return Receipt.LOST;
        }
        progress(tx, claim, report.progress());
        metadata(tx, claim.number(), report);
        emitted(tx, claim, report.emitted());
        lines(tx, claim, report.lines());
        Signals.publish(tx, claim.number(), report.published());
        announce(tx, report);
        return Receipt.RECORDED;
    }

    /** Where it is what it is to be, a report that is sent again has come before, and its answer was lost: others may else have done the same. */
    private static void metadata(Tx tx, long run, Report.Noted report) throws SQLException {
        String metadata = report.metadata();
        String before = report.metadataBefore();
        if (metadata == null || write(tx, run, metadata, before) || before == null) {
            return;
        }
        String present = OutsideNotes.noted(tx, run);
        if (present != null && !(report.again() && present.equals(metadata))) {
            write(tx, run, MetadataMerge.merge(before, metadata, present), present);
        }
    }

    /** Whether it was as it was to be before. */
    static boolean write(Tx tx, long run, String metadata, @Nullable String before) throws SQLException {
        return tx.sql(METADATA).set(run).set(metadata).set(before).update() > 0;
    }

    private static void progress(Tx tx, Claim claim, @Nullable Progress progress) throws SQLException {
        if (progress != null) {
            tx.sql(PROGRESS)
                    .set(claim.number())
                    .set(progress.done())
                    .set(progress.total())
                    .update();
        }
    }

    private static void emitted(Tx tx, Claim claim, List<byte[]> items) throws SQLException {
        if (items.isEmpty()) {
            return;
        }
        long position = tx.sql(LAST_EMITTED)
                .set(claim.number())
                .set((long) claim.attempt())
                .number();
        for (int from = 0; from < items.size(); ) {
            int size = Batch.size(items.size() - from);
            Sql insert = tx.sql(EMITTED.text(size));
            for (byte[] item : items.subList(from, from + size)) {
                insert.set(claim.number())
                        .set((long) claim.attempt())
                        .set(++position)
                        .set(item);
            }
            insert.update();
            from += size;
        }
    }

    private static void lines(Tx tx, Claim claim, List<LogLine> lines) throws SQLException {
        if (lines.isEmpty()) {
            return;
        }
        long position = tx.sql(LAST_LINE).set(claim.number()).number();
        for (int from = 0; from < lines.size(); ) {
            int size = Batch.size(lines.size() - from);
            Sql insert = tx.sql(LINE.text(size));
            for (LogLine line : lines.subList(from, from + size)) {
                insert.set(claim.number())
                        .set(++position)
                        .set((long) line.attempt())
                        .set(Times.micros(line.at()))
                        .set((long) line.level().toInt())
                        .set(line.message());
            }
            insert.update();
            from += size;
        }
    }

    private static void announce(Tx tx, Report.Noted report) throws SQLException {
        Claim claim = report.claim();
        int task = tx.task(claim.task());
        if (report.isNote()) {
            tx.events().noted(claim.run(), task, claim.name(), claim.attempt(), tx.now());
        }
        for (Report.Raised raised : report.raised()) {
            tx.events().raised(claim.run(), task, claim.name(), claim.attempt(), raised);
        }
    }
}
