package dev.errand.store.sqlite;

import dev.errand.RunState;
import dev.errand.store.Claim;
import dev.errand.store.Receipt;
import dev.errand.store.Report;
import dev.errand.store.StepEntry;
import dev.errand.store.format.States;
import dev.errand.store.format.Times;
import dev.errand.store.sql.Sql;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes what holders report about their runs. Every statement names the run and the claim, so a claim that is held no more finds
 * nothing to write to. What leaves the claim held is written first, starts and steps many at once, and last the ends, likewise.
 */
final class Recording {
    private static final String RETRIED = """
            update live
               set state = ?, due = ?, attempt = attempt + 1, claim = null, started = null, expires = null, suspect = 0,
                   resumed = 0, held = null, cancel = null, position = ? - 1000000 * (select priority from run where run.number = live.number)
             where number = ? and claim = ?
            """;

    private static final String WAITS = """
            update live
               set state = ?, due = ?, claim = null, started = null, expires = null, suspect = 0, resumed = 1, held = null,
                   position = ? - 1000000 * (select priority from run where run.number = live.number)
             where number = ? and claim = ?
            """;

    private static final String RELEASED = """
            update live
               set state = 1, claim = null, started = null, held = null
             where number = ? and claim = ?
            """;

    private static final String DIED = """
            update live
               set state = 1, claim = null, started = null, held = null, redeliveries = redeliveries + 1, suspect = 1
             where number = ? and claim = ?
            """;

    private static final String CANCEL_REQUEST = """
            select cancel, started
              from live
             where number = ? and claim = ? and cancel is not null
            """;

    private Recording() {}

    static List<Receipt> record(Tx tx, List<Report> reports) throws SQLException {
        Receipt[] receipts = new Receipt[reports.size()];
        startsAndSteps(tx, reports, receipts);
        List<Ending.Place> ends = new ArrayList<>(reports.size());
        for (int i = 0; i < receipts.length; i++) {
            switch (reports.get(i)) {
                case Report.Started started -> {}
                case Report.Journaled journaled -> {}
                case Report.Noted noted -> receipts[i] = Noting.note(tx, noted);
                case Report.Ended ended -> ends.add(new Ending.Place(ended, i));
                case Report.Lingers lingers -> ends.add(new Ending.Place(lingers.end(), i));
                case Report.Left left -> receipts[i] = Receipt.RECORDED;
                case Report.Retried retried -> {
                    Report.Ended canceled = canceled(tx, retried.claim(), retried.startedAt(), retried.at());
                    if (canceled == null) {
                        receipts[i] = retried(tx, retried);
                    } else {
                        ends.add(new Ending.Place(canceled, i));
                    }
                }
                case Report.Waiting waiting -> {
                    Report.Ended canceled = canceled(tx, waiting.claim(), waiting.startedAt(), waiting.at());
                    if (canceled == null) {
                        receipts[i] = waits(tx, waiting);
                    } else {
                        ends.add(new Ending.Place(canceled, i));
                    }
                }
                case Report.Released released -> {
                    Report.Ended canceled = canceled(tx, released.claim(), null, Times.instant(tx.now()));
                    if (canceled == null) {
                        receipts[i] = released(tx, released);
                    } else {
                        ends.add(new Ending.Place(canceled, i));
                    }
                }
            }
        }
        Ending.end(tx, ends, receipts);
        Lingering.record(tx, reports, receipts);
        return List.of(receipts);
    }

    private static void startsAndSteps(Tx tx, List<Report> reports, Receipt[] receipts) throws SQLException {
        List<Starting.Place> starts = new ArrayList<>();
        List<Journal.Place> steps = new ArrayList<>();
        for (int i = 0; i < receipts.length; i++) {
            if (reports.get(i) instanceof Report.Started started) {
                starts.add(new Starting.Place(started, i));
            } else if (reports.get(i) instanceof Report.Journaled journaled) {
                steps.add(new Journal.Place(journaled, i));
            }
        }
        Starting.start(tx, starts, receipts);
        Journal.write(tx, steps, receipts);
        Signals.received(tx, reports, receipts);
    }

    /**
     * What a report that would let the run go on becomes if somebody was told meanwhile that the run stops; null if nobody was.
     *
     * @param startedAt if the holder knows; else what the store knows counts
     */
    private static Report.@Nullable Ended canceled(Tx tx, Claim claim, @Nullable Instant startedAt, Instant at)
            throws SQLException {
        return tx.sql(CANCEL_REQUEST)
                .set(claim.number())
                .set(claim.id())
                .first(row -> {
                    Instant started = startedAt != null ? startedAt : Times.instant(Sql.nullable(row, 2));
                    return new Report.Ended(claim, RunState.CANCELED, started, at, null, null, row.getString(1), false);
                })
                .orElse(null);
    }

    private static Receipt retried(Tx tx, Report.Retried report) throws SQLException {
        Claim claim = report.claim();
        boolean announced = Starting.wasStarted(tx, claim);
        long due = Times.micros(report.dueAt());
        RunState next = due <= tx.now() ? RunState.QUEUED : RunState.RETRYING;
        int held = tx.sql(RETRIED)
                .set((long) States.number(next))
                .set(due)
                .set(due)
                .set(claim.number())
                .set(claim.id())
                .update();
        if (held == 0) {
            return Repeats.receipt(tx, claim);
        }
        tx.endedClaim(claim);
        long ended = Times.micros(report.at());
        Attempts.insert(tx, claim.number(), claim.attempt(), claim.id(), report.startedAt(), ended, report.failure());
        goOn(tx, claim, announced ? null : report.startedAt(), next, report.at());
        return Receipt.RECORDED;
    }

    private static Receipt waits(Tx tx, Report.Waiting report) throws SQLException {
        Claim claim = report.claim();
        journal(tx, report);
        boolean announced = Starting.wasStarted(tx, claim);
        long due = report.dueAt() == null ? Times.NEVER : Times.micros(report.dueAt());
        RunState next = due <= tx.now() ? RunState.QUEUED : RunState.WAITING;
        int held = tx.sql(WAITS)
                .set((long) States.number(next))
                .set(due)
                .set(due)
                .set(claim.number())
                .set(claim.id())
                .update();
        if (held == 0) {
            return Repeats.ofWait(tx, claim);
        }
        tx.endedClaim(claim);
        goOn(tx, claim, announced ? null : report.startedAt(), next, report.at());
        tx.awaited().arm(tx, claim.number(), report.awaits());
        return Receipt.RECORDED;
    }

    private static void journal(Tx tx, Report.Waiting report) throws SQLException {
        List<Journal.Place> places = new ArrayList<>();
        for (StepEntry step : report.steps()) {
            places.add(new Journal.Place(new Report.Journaled(report.claim(), step), places.size()));
        }
        Journal.write(tx, places, new Receipt[places.size()]);
    }

    /** @param startedAt of a start that nobody was told of; null if somebody was */
    private static void goOn(Tx tx, Claim claim, @Nullable Instant startedAt, RunState next, Instant at)
            throws SQLException {
        if (startedAt != null) {
            change(tx, claim, RunState.QUEUED, RunState.EXECUTING, Times.micros(startedAt));
        }
        change(tx, claim, RunState.EXECUTING, next, Times.micros(at));
        if (next == RunState.QUEUED) {
            tx.backlog().add(tx.line(claim.task(), claim.options()));
        }
    }

    private static Receipt released(Tx tx, Report.Released report) throws SQLException {
        Claim claim = report.claim();
        boolean started = Starting.wasStarted(tx, claim);
        int held = tx.sql(report.died() ? DIED : RELEASED)
                .set(claim.number())
                .set(claim.id())
                .update();
        if (held == 0) {
            return Repeats.ofRelease(tx, report);
        }
        tx.endedClaim(claim);
        if (started) {
            change(tx, claim, RunState.EXECUTING, RunState.QUEUED, tx.now());
        }
        tx.backlog().add(tx.line(claim.task(), claim.options()));
        return Receipt.RECORDED;
    }

    static void change(Tx tx, Claim claim, RunState from, RunState to, long at) throws SQLException {
        tx.events().state(claim.run(), tx.task(claim.task()), claim.name(), claim.attempt(), from, to, at);
    }
}
