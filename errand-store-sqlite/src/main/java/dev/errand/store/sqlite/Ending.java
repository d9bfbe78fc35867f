package dev.errand.store.sqlite;

import dev.errand.RunState;
import dev.errand.store.Claim;
import dev.errand.store.Receipt;
import dev.errand.store.Report;
import dev.errand.store.format.Documents;
import dev.errand.store.format.States;
import dev.errand.store.format.Times;
import dev.errand.store.sql.Sql;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Ends runs under their claims: the hot row goes, the outcome comes. Most ends are plain: the start was not told before, and nobody
 * wants the run to stop. And most come in stretches, claimed together and with numbers without a gap, which one range deletes for half the
 * price of a list.
 */
final class Ending {
    private static final String DELETE_PLAIN_STRETCH = """
            delete from live
             where claim = ? and state = 1 and cancel is null and number between ? and ?
            """;

    /** Deleted just now: known, neither hot nor ended. */
    private static final String IS_GONE = """
            select exists (select 1 from run where number = ?1)
               and not exists (select 1 from live where number = ?1)
               and not exists (select 1 from outcome where number = ?1)
            """;

    private static final Batch DELETE_PLAIN = new Batch("""
            delete from live
             where claim = ? and state = 1 and cancel is null and number in (%s)
            returning number
            """, "?");

    private static final Batch DELETE = new Batch("""
            delete from live
             where claim = ? and number in (%s)
            returning number, state, cancel
            """, "?");

    /** An end, and where its answer goes. */
    record Place(Report.Ended end, int index) {
        long claim() {
            return end.claim().id();
        }

        long number() {
            return end.claim().number();
        }
    }

    /** Whose rows were there and are deleted, whose start is known already, and who was asked to stop, with what reason. */
    private record Deleted(Set<Long> held, Set<Long> announced, Map<Long, String> canceled) {
        Deleted() {
            this(new HashSet<>(), new HashSet<>(), new HashMap<>());
        }
    }

    private Ending() {}

    /** Puts the answer to each end into the receipts, at its place. */
    static void end(Tx tx, List<Place> ends, Receipt[] receipts) throws SQLException {
        List<Place> sorted = new ArrayList<>(ends);
        sorted.sort(Comparator.comparingLong(Place::claim).thenComparingLong(Place::number));
        for (int from = 0; from < sorted.size(); ) {
            int stretch = together(sorted, from, true);
            int size = stretch > Batch.ROWS / 2 ? stretch : Batch.size(together(sorted, from, false));
            List<Place> batch = sorted.subList(from, from + size);
            write(tx, batch, size == stretch ? deleteStretch(tx, batch) : deleteAny(tx, batch), receipts);
            from += size;
        }
    }

    /** How many from here on were claimed together, without a gap between their numbers if that is asked for. */
    private static int together(List<Place> ends, int from, boolean withoutGap) {
        int to = from + 1;
        while (to < ends.size()
                && ends.get(to).claim() == ends.get(from).claim()
                && (!withoutGap || ends.get(to).number() == ends.get(to - 1).number() + 1)) {
            to++;
        }
        return to - from;
    }

    private static Deleted deleteStretch(Tx tx, List<Place> stretch) throws SQLException {
        int count = tx.sql(DELETE_PLAIN_STRETCH)
                .set(stretch.getFirst().claim())
                .set(stretch.getFirst().number())
                .set(stretch.getLast().number())
                .update();
        Deleted deleted = new Deleted();
        for (int from = 0; from < stretch.size() && count < stretch.size(); ) {
            int size = Batch.size(stretch.size() - from);
            deleteSpecial(tx, stretch.subList(from, from + size), deleted);
            from += size;
        }
        boolean allHeld = count + deleted.held().size() == stretch.size();
        for (Place place : stretch) {
            if (allHeld || tx.sql(IS_GONE).set(place.number()).number() != 0) {
                deleted.held().add(place.number());
            }
        }
        return deleted;
    }

    private static Deleted deleteAny(Tx tx, List<Place> batch) throws SQLException {
        Deleted deleted = new Deleted();
        delete(tx, batch, DELETE_PLAIN).each(row -> deleted.held().add(row.getLong(1)));
        if (deleted.held().size() < batch.size()) {
            deleteSpecial(tx, batch, deleted);
        }
        return deleted;
    }

    private static void deleteSpecial(Tx tx, List<Place> batch, Deleted deleted) throws SQLException {
        delete(tx, batch, DELETE).each(row -> {
            deleted.held().add(row.getLong(1));
            if (row.getInt(2) == States.EXECUTING) {
                deleted.announced().add(row.getLong(1));
            }
            String reason = row.getString(3);
            if (reason != null) {
                deleted.canceled().put(row.getLong(1), reason);
            }
        });
    }

    private static Sql delete(Tx tx, List<Place> batch, Batch statement) throws SQLException {
        Sql delete = tx.sql(statement.text(batch.size()));
        delete.set(batch.getFirst().claim());
        for (Place place : batch) {
            delete.set(place.number());
        }
        return delete;
    }

    private static void write(Tx tx, List<Place> batch, Deleted deleted, Receipt[] receipts) throws SQLException {
        List<Outcome> outcomes = new ArrayList<>(batch.size());
        for (Place place : batch) {
            Report.Ended end = asked(place.end(), deleted.canceled().get(place.number()));
            // Removed as it is used: an end told twice in one call counts once.
            if (deleted.held().remove(place.number())) {
                tx.endedClaim(place.end().claim());
                outcomes.add(outcome(end));
                announce(tx, end, deleted.announced().contains(place.number()));
                receipts[place.index()] = Receipt.RECORDED;
            } else {
                receipts[place.index()] = Repeats.receipt(tx, place.end().claim());
            }
        }
        Outcome.insert(tx, outcomes);
    }

    /** What somebody was told of a cancel holds, however the body ended that did not hear of it in time. */
    private static Report.Ended asked(Report.Ended end, @Nullable String reason) {
        boolean byItself = end.state() == RunState.COMPLETED || end.state() == RunState.FAILED;
        return reason == null || !byItself
                ? end
                : new Report.Ended(
                        end.claim(), RunState.CANCELED, end.startedAt(), end.at(), null, null, reason, false);
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
            tx.events().state(claim.run(), task, claim.name(), claim.attempt(), from, end.state(), ended);
        } else {
            long started = Times.micros(end.startedAt());
            tx.events()
                    .state(
                            claim.run(),
                            task,
                            claim.name(),
                            claim.attempt(),
                            RunState.QUEUED,
                            RunState.EXECUTING,
                            started);
            tx.events().then(RunState.EXECUTING, end.state(), ended);
        }
    }
}
