package dev.errand.store.sqlite;

import dev.errand.RunId;
import dev.errand.RunState;
import dev.errand.store.format.ClaimIds;
import dev.errand.store.format.States;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Runs that nodes hold which do so no more: found by a reader, since that may mean to look at every run that has not ended, and
 * taken back by the writer in slices, each claim checked again.
 */
final class Held {
    private static final int SLICE = 500;

    private static final String BY_NODE = "select number, claim from live where claim between ? and ?";

    private static final String READ = """
            select live.line, run.task, live.state, live.attempt, live.redeliveries, live.cancel, run.id, run.name, live.resumed
              from live join run on run.number = live.number
             where live.number = ? and live.claim = ?
            """;

    private static final String GIVE_BACK =
            "update live set state = 1, claim = null, started = null, held = null where number = ?";

    private static final String TAKE_BACK = """
            update live
               set redeliveries = redeliveries + (state = 2), suspect = 1, state = 1, claim = null, started = null, held = null
             where number = ?
            """;

    private static final String DELETE = "delete from live where number = ?";

    private record Hold(long number, long claim) {}

    private record Row(
            long line,
            int task,
            RunState state,
            int attempt,
            int redeliveries,
            @Nullable String cancel,
            RunId id,
            @Nullable String name,
            boolean resumed) {}

    /** What to do about one of them. */
    private interface Change {
        void apply(Tx tx, Hold hold, Row row) throws SQLException;
    }

    private final List<Hold> holds;

    private Held(List<Hold> holds) {
        this.holds = holds;
    }

    static Held ofNode(Readers readers, long node) {
        return new Held(readers.ask(database -> database.sql(BY_NODE)
                .set(ClaimIds.first(node))
                .set(ClaimIds.first(node + 1) - 1)
                .list(Held::hold)));
    }

    /** @param last the number of the youngest node to look at */
    static Held ofOthersThan(Readers readers, Collection<Long> living, long last) {
        String text = "select number, claim from live where claim between 1 and ? and claim >> 40 not in (%s)"
                .formatted(living.stream().map(String::valueOf).collect(Collectors.joining(", ")));
        return new Held(readers.ask(
                database -> database.sql(text).set(ClaimIds.first(last + 1) - 1).list(Held::hold)));
    }

    private static Hold hold(ResultSet row) throws SQLException {
        return new Hold(row.getLong(1), row.getLong(2));
    }

    /** By their node, which spends nothing. Answers how many. */
    int giveBack(Writer writer) {
        return inSlices(writer, Held::giveBack);
    }

    /** From nodes that died. Answers how many. */
    int takeBack(Writer writer) {
        return inSlices(writer, Held::takeBack);
    }

    private int inSlices(Writer writer, Change change) {
        int changed = 0;
        for (int from = 0; from < holds.size(); from += SLICE) {
            List<Hold> slice = new ArrayList<>(holds.subList(from, Math.min(from + SLICE, holds.size())));
            changed += writer.call(tx -> apply(tx, slice, change));
        }
        return changed;
    }

    private static int apply(Tx tx, List<Hold> slice, Change change) throws SQLException {
        int changed = 0;
        for (Hold hold : slice) {
            Row row = tx.sql(READ)
                    .set(hold.number())
                    .set(hold.claim())
                    .first(Held::row)
                    .orElse(null);
            if (row != null) {
                tx.free();
                change.apply(tx, hold, row);
                changed++;
            }
        }
        return changed;
    }

    private static Row row(ResultSet row) throws SQLException {
        return new Row(
                row.getLong(1),
                row.getInt(2),
                States.of(row.getInt(3)),
                row.getInt(4),
                row.getInt(5),
                row.getString(6),
                Ids.of(row.getBytes(7)),
                row.getString(8),
                row.getInt(9) != 0);
    }

    private static void giveBack(Tx tx, Hold hold, Row row) throws SQLException {
        tx.sql(GIVE_BACK).set(hold.number()).update();
        queued(tx, row);
    }

    private static void takeBack(Tx tx, Hold hold, Row row) throws SQLException {
        if (row.cancel() == null) {
            tx.sql(TAKE_BACK).set(hold.number()).update();
            queued(tx, row);
        } else {
            cancel(tx, hold, row, row.cancel());
        }
    }

    private static void queued(Tx tx, Row row) {
        tx.backlog().add(row.line());
        if (row.state() == RunState.EXECUTING) {
            tx.events().state(row.id(), row.task(), row.name(), row.attempt(), row.state(), RunState.QUEUED, tx.now());
        }
    }

    /** Its body was asked to stop, and has with its process. */
    private static void cancel(Tx tx, Hold hold, Row row, String reason) throws SQLException {
        tx.sql(DELETE).set(hold.number()).update();
        boolean made = row.state() == RunState.EXECUTING || row.redeliveries() > 0 || row.resumed();
        int attempt = made ? row.attempt() : row.attempt() - 1;
        Outcome.insert(
                tx,
                List.of(new Outcome(
                        hold.number(),
                        RunState.CANCELED,
                        attempt,
                        null,
                        null,
                        tx.now(),
                        row.redeliveries(),
                        null,
                        null,
                        reason,
                        false)));
        tx.events().state(row.id(), row.task(), row.name(), attempt, row.state(), RunState.CANCELED, tx.now());
    }
}
