package dev.errand.store.sqlite;

import dev.errand.RunState;
import dev.errand.store.Claim;
import dev.errand.store.Receipt;
import dev.errand.store.Report;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Ends runs under their claims: the hot row goes, the outcome comes. */
final class Ending {
    /** The short way for runs whose start was not told and whom nobody wants to stop, as most are. */
    private static final Batch DELETE_PLAIN = new Batch("""
            delete from live
             where claim = ? and state = 1 and cancel is null and number in (%s)
            returning number
            """, "?");

    /** Many runs under one claim. What comes back was held. */
    private static final Batch DELETE = new Batch("""
            delete from live
             where claim = ? and number in (%s)
            returning number, state, cancel
            """, "?");

    /** An end, and where its answer goes. */
    record Place(Report.Ended end, int index) {}

    private Ending() {}

    /** Puts the answer to each end into the receipts, at its place. */
    static void end(Tx tx, List<Place> ends, Receipt[] receipts) throws SQLException {
        List<Outcome> outcomes = new ArrayList<>(ends.size());
        for (int from = 0; from < ends.size(); ) {
            int size = Batch.size(sameClaim(ends, from));
            end(tx, ends.subList(from, from + size), outcomes, receipts);
            from += size;
        }
        Outcome.insert(tx, outcomes);
    }

    /** How many from here on were claimed together, as far as a batch goes. */
    private static int sameClaim(List<Place> ends, int from) {
        long claim = ends.get(from).end().claim().id();
        int to = from + 1;
        while (to < ends.size()
                && to - from < Batch.ROWS
                && ends.get(to).end().claim().id() == claim) {
            to++;
        }
        return to - from;
    }

    private static void end(Tx tx, List<Place> batch, List<Outcome> outcomes, Receipt[] receipts) throws SQLException {
        List<Long> plain = delete(tx, batch, DELETE_PLAIN).list(row -> row.getLong(1));
        if (plain.size() == batch.size()) {
            for (Place place : batch) {
                tx.endedClaim();
                outcomes.add(outcome(place.end()));
                announce(tx, place.end(), false);
                receipts[place.index()] = Receipt.RECORDED;
            }
            return;
        }
        Set<Long> held = new HashSet<>(plain);
        Set<Long> announced = new HashSet<>();
        Map<Long, String> canceled = new HashMap<>();
        deleteRest(tx, batch, held, announced, canceled);
        for (Place place : batch) {
            Claim claim = place.end().claim();
            Report.Ended end = asked(place.end(), canceled.get(claim.number()));
            // Removed as it is used: an end told twice in one call counts once.
            if (held.remove(claim.number())) {
                tx.endedClaim();
                outcomes.add(outcome(end));
                announce(tx, end, announced.contains(claim.number()));
                receipts[place.index()] = Receipt.RECORDED;
            } else {
                receipts[place.index()] = Repeats.receipt(tx, claim);
            }
        }
    }

    /** What somebody was told of a cancel holds, however the body ended that did not hear of it in time. */
    private static Report.Ended asked(Report.Ended end, @Nullable String reason) {
        boolean byItself = end.state() == RunState.COMPLETED || end.state() == RunState.FAILED;
        return reason == null || !byItself
                ? end
                : new Report.Ended(
                        end.claim(), RunState.CANCELED, end.startedAt(), end.at(), null, null, reason, false);
    }

    private static Sql delete(Tx tx, List<Place> batch, Batch statement) throws SQLException {
        Sql delete = tx.sql(statement.text(batch.size()));
        delete.set(batch.getFirst().end().claim().id());
        for (Place place : batch) {
            delete.set(place.end().claim().number());
        }
        return delete;
    }

    private static void deleteRest(
            Tx tx, List<Place> batch, Set<Long> held, Set<Long> announced, Map<Long, String> canceled)
            throws SQLException {
        delete(tx, batch, DELETE).each(row -> {
            held.add(row.getLong(1));
            if (row.getInt(2) == States.EXECUTING) {
                announced.add(row.getLong(1));
            }
            String reason = row.getString(3);
            if (reason != null) {
                canceled.put(row.getLong(1), reason);
            }
        });
    }

    private static Outcome outcome(Report.Ended end) {
        Claim claim = end.claim();
        boolean made = end.startedAt() != null || claim.redeliveries() > 0;
        return new Outcome(
                claim.number(),
                end.state(),
                made ? claim.attempt() : claim.attempt() - 1,
                claim.id(),
                Times.microsOrNull(end.startedAt()),
                Times.micros(end.at()),
                claim.redeliveries(),
                end.output(),
                Documents.failure(end.failure()),
                end.reason(),
                end.retriable());
    }

    private static void announce(Tx tx, Report.Ended end, boolean announced) throws SQLException {
        Claim claim = end.claim();
        int task = tx.task(claim.task());
        long ended = Times.micros(end.at());
        if (announced || end.startedAt() == null) {
            RunState from = announced ? RunState.EXECUTING : RunState.QUEUED;
            tx.journal().state(claim.run(), task, claim.name(), claim.attempt(), from, end.state(), ended);
        } else {
            long started = Times.micros(end.startedAt());
            tx.journal()
                    .state(
                            claim.run(),
                            task,
                            claim.name(),
                            claim.attempt(),
                            RunState.QUEUED,
                            RunState.EXECUTING,
                            started);
            tx.journal().then(RunState.EXECUTING, end.state(), ended);
        }
    }
}
