package dev.errand.store.postgres;

import dev.errand.LogLine;
import dev.errand.Progress;
import dev.errand.RunId;
import dev.errand.store.Claim;
import dev.errand.store.Report;
import dev.errand.store.format.MetadataMerge;
import dev.errand.store.format.Times;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Keeps what a body notes about its run while it executes. Its holder alone writes these rows, under its claim. */
final class Notes {
    private static final String PROGRESS = """
            insert into errand.note (run, done, total) values (?, ?, ?)
                on conflict (run) do update set done = excluded.done, total = excluded.total
            """;
    /** Unless others have changed it since it was as said. */
    private static final String METADATA = """
            insert into errand.note (run, metadata) values (?, ?)
                on conflict (run) do update set metadata = excluded.metadata where coalesce(note.metadata = ?, true)
            """;

    private static final String EMITTED = """
            insert into errand.emitted (run, attempt, position, item)
            select ?, ?, last.position + u.nth, u.item
              from unnest(?::text[]) with ordinality u(item, nth),
                   (select coalesce(max(position), 0) as position from errand.emitted where run = ? and attempt = ?) last
            """;
    private static final String LINES = """
            insert into errand.line (run, position, attempt, at, level, message)
            select ?, last.position + u.nth, u.attempt, u.at, u.level, u.message
              from unnest(?::int[], ?::bigint[], ?::int[], ?::text[]) with ordinality u(attempt, at, level, message, nth),
                   (select coalesce(max(position), 0) as position from errand.line where run = ?) last
            """;

    private Notes() {}

    static void write(Tx tx, Report.Noted report) throws SQLException {
        Claim claim = report.claim();
        RunId run = claim.run();
        progress(tx, run, report.progress());
        metadata(tx, run, report);
        emitted(tx, claim, report.emitted());
        lines(tx, run, report.lines());
        SignalRecording.publish(tx, run, report.published());
        announce(tx, report);
    }

    /** Where it is what it is to be, a report that is sent again has come before, and its answer was lost: others may else have done the same. */
    private static void metadata(Tx tx, RunId run, Report.Noted report) throws SQLException {
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
    static boolean write(Tx tx, RunId run, String metadata, @Nullable String before) throws SQLException {
        return tx.sql(METADATA)
                        .setObject(Ids.uuid(run))
                        .set(metadata)
                        .set(before)
                        .update()
                > 0;
    }

    private static void progress(Tx tx, RunId run, @Nullable Progress progress) throws SQLException {
        if (progress != null) {
            tx.sql(PROGRESS)
                    .setObject(Ids.uuid(run))
                    .set(progress.done())
                    .set(progress.total())
                    .update();
        }
    }

    private static void emitted(Tx tx, Claim claim, List<byte[]> items) throws SQLException {
        if (!items.isEmpty()) {
            tx.sql(EMITTED)
                    .setObject(Ids.uuid(claim.run()))
                    .set((long) claim.attempt())
                    .setObject(tx.array("text", Columns.texts(items, item -> new String(item, StandardCharsets.UTF_8))))
                    .setObject(Ids.uuid(claim.run()))
                    .set((long) claim.attempt())
                    .update();
        }
    }

    private static void lines(Tx tx, RunId run, List<LogLine> lines) throws SQLException {
        if (!lines.isEmpty()) {
            tx.sql(LINES)
                    .setObject(Ids.uuid(run))
                    .setObject(tx.array("int4", Columns.ints(lines, LogLine::attempt)))
                    .setObject(tx.array("int8", Columns.longs(lines, line -> Times.micros(line.at()))))
                    .setObject(tx.array(
                            "int4", Columns.ints(lines, line -> line.level().toInt())))
                    .setObject(tx.array("text", Columns.texts(lines, line -> Columns.storable(line.message()))))
                    .setObject(Ids.uuid(run))
                    .update();
        }
    }

    private static void announce(Tx tx, Report.Noted report) {
        Claim claim = report.claim();
        Integer number = tx.tasks().find(claim.task());
        int task = number == null ? 0 : number;
        if (report.isNote()) {
            tx.events().noted(claim.run(), task, claim.name(), claim.attempt(), tx.now());
        }
        for (Report.Raised raised : report.raised()) {
            tx.events().raised(claim.run(), task, claim.name(), claim.attempt(), raised);
        }
    }
}
