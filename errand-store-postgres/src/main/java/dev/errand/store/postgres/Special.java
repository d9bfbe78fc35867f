package dev.errand.store.postgres;

import dev.errand.RunState;
import dev.errand.store.Claim;
import dev.errand.store.Receipt;
import dev.errand.store.Report;
import dev.errand.store.format.Documents;
import dev.errand.store.format.States;
import dev.errand.store.format.Times;
import java.sql.SQLException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Records reports one by one, each after a look at its run's row: those whose runs have a row of their own, were meddled with by others,
 * or may be recorded already.
 */
final class Special {
    private static final String START = Whereabouts.update("started = ?, expires = null");
    private static final String RELEASE = Whereabouts.update("claim = 0, started = null, held = null");

    private static final String DIED = Whereabouts.update(
            "claim = 0, started = null, held = null, redeliveries = redeliveries + 1, suspect = true");

    private static final String LATER = """
            insert into errand.chunk (line, position, first, last, single, state, attempt, redeliveries, batch, runs, priority, due,
                                      resumed)
            values (?, ?, ?, ?, true, ?, ?, ?, ?, 1, ?, ?, ?)
            """;

    private static final String ATTEMPT = """
            insert into errand.attempt (run, attempt, claim, started, ended, failure, by_hand)
            values (?, ?, ?, ?, ?, ?, false)
                on conflict (run, attempt) do update
               set claim = excluded.claim, started = excluded.started, ended = excluded.ended, failure = excluded.failure
            """;

    /** Locks the outcome, for the same reason as {@link Enqueueing} locks runs that it finds. */
    private static final String RECORDED_BEFORE = """
            select exists (select 1 from errand.outcome where run = ? and claim = ? for key share)
                or exists (select 1 from errand.attempt where run = ? and claim = ?)
            """;

    private final Tx tx;
    private final Held held;
    private final Recording recording;

    Special(Tx tx, Held held, Recording recording) {
        this.tx = tx;
        this.held = held;
        this.recording = recording;
    }

    // ── what leaves the claim held

    Receipt started(Report.Started report) throws SQLException {
        Claim claim = report.claim();
        Whereabouts place = find(claim);
        if (place == null) {
            return Receipt.LOST;
        }
        Held.Chunk chunk = held.find(claim.id());
        if (place.isAlone()) {
            place.fillRow(tx.sql(START).set((Long) Times.micros(report.at()))).update();
            if (chunk != null && !chunk.started.contains(claim.run())) {
                recording.begin(chunk, claim);
            }
        } else {
            setApart(report, place);
            if (chunk != null) {
                recording.begin(chunk, claim);
            }
        }
        if (place.started() == null) {
            announceStart(report);
        }
        return Receipt.RECORDED;
    }

    Receipt noted(Report.Noted report) throws SQLException {
        if (find(report.claim()) == null) {
            return Receipt.LOST;
        }
        Notes.write(tx, report);
        return Receipt.RECORDED;
    }

    Receipt journaled(Report.Journaled report) throws SQLException {
        if (find(report.claim()) == null) {
            return Receipt.LOST;
        }
        Journal.write(tx, report);
        return Receipt.RECORDED;
    }

    // ── what gives the claim up

    /** For a retry, a wait or a release. If somebody was told meanwhile that the run stops, it does. */
    Receipt givenUp(Report told) throws SQLException {
        Claim claim = told.claim();
        Whereabouts place = find(claim);
        if (place == null) {
            forget(claim);
            return switch (told) {
                case Report.Released released -> released(claim, released.died(), false);
                case Report.Waiting waiting -> released(claim, false, true);
                default -> before(claim);
            };
        }
        if (place.cancel() != null) {
            return end(canceled(told, place), place);
        }
        Report report = told instanceof Report.Waiting waiting ? begin(waiting) : told;
        if (!place.isAlone()) {
            setApart(report, place);
        } else if (report instanceof Report.Retried retried) {
            place.remove(tx);
            later(place, Times.micros(retried.dueAt()), States.RETRYING, place.attempt() + 1);
        } else if (report instanceof Report.Waiting waiting) {
            place.remove(tx);
            later(place, Awaiting.due(waiting), States.WAITING, place.attempt());
        } else {
            boolean died = report instanceof Report.Released released && released.died();
            place.fillRow(tx.sql(died ? DIED : RELEASE)).update();
        }
        announceGivenUp(report, place.started() != null);
        forget(claim);
        return Receipt.RECORDED;
    }

    /** With its steps, and what it waits for. */
    private Report.Waiting begin(Report.Waiting waiting) throws SQLException {
        for (Report.Journaled step : Journal.of(waiting)) {
            Journal.write(tx, step);
        }
        return recording.begin(waiting);
    }

    private Report.Ended canceled(Report report, Whereabouts place) {
        Instant started = switch (report) {
            case Report.Retried retried -> retried.startedAt();
            case Report.Waiting waiting -> waiting.startedAt();
            default -> Times.instant(place.started());
        };
        Instant at = switch (report) {
            case Report.Retried retried -> retried.at();
            case Report.Waiting waiting -> waiting.at();
            default -> Times.instant(tx.now());
        };
        return new Report.Ended(report.claim(), RunState.CANCELED, started, at, null, null, place.cancel(), false);
    }

    /** @param state what it is in until then */
    private void later(Whereabouts place, long due, int state, int attempt) throws SQLException {
        boolean now = due <= tx.now();
        tx.sql(LATER)
                .set(place.line())
                .set(now ? place.position(due) : Chunks.NOT_DUE)
                .setObject(Ids.uuid(place.run()))
                .setObject(Ids.uuid(place.run()))
                .set((long) (now ? States.QUEUED : state))
                .set((long) attempt)
                .set((long) place.redeliveries())
                .set(place.batch())
                .set((long) place.priority())
                .set(due)
                .setObject(state == States.WAITING)
                .update();
    }

    /** Given back before, or taken from a dead node, in both cases nobody minds; or waiting since, or queued again after that. */
    private Receipt released(Claim claim, boolean died, boolean waited) throws SQLException {
        Whereabouts place = Whereabouts.lock(tx, claim.run());
        boolean same = place != null
                && place.claim() == 0
                && place.attempt() == claim.attempt()
                && place.redeliveries() == claim.redeliveries() + (died ? 1 : 0)
                && (place.resumed() || !waited);
        if (waited) {
            tx.tell(Notice.BEGUN); // if it did, nobody was told, as the answer was lost
        }
        return same ? Receipt.RECORDED : before(claim);
    }

    // ── ends

    Receipt ended(Report.Ended report) throws SQLException {
        Whereabouts place = find(report.claim());
        if (place == null) {
            forget(report.claim());
            return before(report.claim());
        }
        return end(report, place);
    }

    private Receipt end(Report.Ended report, Whereabouts place) throws SQLException {
        Claim claim = report.claim();
        Report.Ended end = asked(report, place.cancel());
        if (place.isAlone()) {
            place.remove(tx);
        }
        if (!Outcomes.insert(tx, end)) {
            forget(claim);
            return before(claim);
        }
        Ends.announce(tx.events(), tx.tasks(), end, place.started() != null);
        forget(claim);
        return Receipt.RECORDED;
    }

    /** What somebody was told of a cancel holds, however the body ended that did not hear of it in time. */
    private static Report.Ended asked(Report.Ended end, @Nullable String reason) {
        boolean byItself = end.state() == RunState.COMPLETED || end.state() == RunState.FAILED;
        return reason == null || !byItself
                ? end
                : new Report.Ended(
                        end.claim(), RunState.CANCELED, end.startedAt(), end.at(), null, null, reason, false);
    }

    // ── looks

    /** The run's row, if it is still under this claim. */
    private @Nullable Whereabouts find(Claim claim) throws SQLException {
        Whereabouts place = Whereabouts.lock(tx, claim.run());
        return place == null || place.claim() != claim.id() ? null : place;
    }

    /** Of a claim that is held no more: all that may be is that what ended it was recorded before. */
    Receipt former(Report report) throws SQLException {
        forget(report.claim());
        return switch (report) {
            case Report.Started started -> Receipt.LOST;
            case Report.Noted noted -> Receipt.LOST;
            case Report.Journaled step -> Receipt.LOST;
            default -> before(report.claim());
        };
    }

    /** Whether it was this claim's own end that was recorded before. */
    private Receipt before(Claim claim) throws SQLException {
        boolean recorded = tx.sql(RECORDED_BEFORE)
                .setObject(Ids.uuid(claim.run()))
                .set(claim.id())
                .setObject(Ids.uuid(claim.run()))
                .set(claim.id())
                .first(row -> row.getBoolean(1))
                .orElse(false);
        return recorded ? Receipt.RECORDED : Receipt.LOST;
    }

    private void setApart(Report report, Whereabouts place) throws SQLException {
        Apart apart = new Apart(tx);
        apart.add(
                report,
                0,
                new Held.Chunk(
                        new Held.Key(place.line(), place.position(), place.first(), place.single()),
                        place.claim(),
                        1,
                        false));
        apart.write();
    }

    /** The run is not this node's any more, as far as this node remembers its chunk. */
    private void forget(Claim claim) {
        Held.Chunk chunk = held.find(claim.id());
        if (chunk != null) {
            recording.giveUp(chunk, claim, false);
        }
    }

    // ── events

    void announceStart(Report.Started report) {
        change(report.claim(), RunState.QUEUED, RunState.EXECUTING, Times.micros(report.at()));
    }

    /**
     * Tells of a retry or a wait, or of a release if a start was told of; and keeps the attempt that failed.
     *
     * @param announced whether the start was told of
     */
    void announceGivenUp(Report report, boolean announced) throws SQLException {
        Claim claim = report.claim();
        if (report instanceof Report.Retried retried) {
            tx.sql(ATTEMPT)
                    .setObject(Ids.uuid(claim.run()))
                    .set((long) claim.attempt())
                    .set(claim.id())
                    .set(Times.micros(retried.startedAt()))
                    .set(Times.micros(retried.at()))
                    .set(Documents.failure(retried.failure()))
                    .update();
            long due = Times.micros(retried.dueAt());
            announceLater(claim, announced ? null : retried.startedAt(), retried.at(), RunState.RETRYING, due);
        } else if (report instanceof Report.Waiting waiting) {
            long due = Awaiting.due(waiting);
            announceLater(claim, announced ? null : waiting.startedAt(), waiting.at(), RunState.WAITING, due);
        } else {
            if (announced) {
                change(claim, RunState.EXECUTING, RunState.QUEUED, tx.now());
            }
            tx.tell(Notice.OLD_WORK);
        }
    }

    /**
     * Tells that it goes on then.
     *
     * @param startedAt of a start that nobody was told of; null if somebody was
     */
    private void announceLater(Claim claim, @Nullable Instant startedAt, Instant at, RunState until, long due) {
        if (startedAt != null) {
            change(claim, RunState.QUEUED, RunState.EXECUTING, Times.micros(startedAt));
        }
        boolean now = due <= tx.now();
        change(claim, RunState.EXECUTING, now ? RunState.QUEUED : until, Times.micros(at));
        if (due != Times.NEVER) {
            tx.tell(now ? Notice.OLD_WORK : Notice.REQUESTS);
        }
    }

    private void change(Claim claim, RunState from, RunState to, long at) {
        Integer task = tx.tasks().find(claim.task());
        tx.events().state(claim.run(), task == null ? 0 : task, claim.name(), claim.attempt(), from, to, at);
    }
}
