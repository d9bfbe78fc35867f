package dev.errand.store.postgres;

import dev.errand.RunState;
import dev.errand.StoreException;
import dev.errand.store.Report;
import dev.errand.store.format.EventEncoder;
import dev.errand.store.format.States;
import dev.errand.store.format.Times;
import dev.errand.store.sql.Sql;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Brings into the log what happened in transactions of users', which write no events: they would hold up those of others. */
final class Untold {
    private static final int SLICE = 1_000;

    private static final String TAKE = """
            delete from errand.untold
             where number = any(array(
                 select number from errand.untold order by number limit ? for update skip locked))
            returning number, run, task, name, attempt, from_state, to_state, at, event, data
            """;

    /** Those too of which somebody else is just telling: once he has. */
    private static final String TAKE_ALL = TAKE.replace(" skip locked", "");

    private Untold() {}

    private record Change(
            long number,
            Object run,
            int task,
            @Nullable String name,
            int attempt,
            @Nullable Long from,
            int to,
            long at,
            @Nullable String event,
            @Nullable String data) {
        static Change read(ResultSet row) throws SQLException {
            return new Change(
                    row.getLong(1),
                    row.getObject(2),
                    row.getInt(3),
                    row.getString(4),
                    row.getInt(5),
                    Sql.nullable(row, 6),
                    row.getInt(7),
                    row.getLong(8),
                    row.getString(9),
                    row.getString(10));
        }
    }

    /** All of it, here and now; if the database is away, others do it later. */
    static void tellAll(Desk desk) {
        try {
            boolean more = true;
            while (more) {
                more = desk.transact(Untold::tell);
            }
        } catch (StoreException e) {
            // What is to be told of is stored all the same.
        }
    }

    /** Answers whether there may be more. What others are telling is left to them. */
    static boolean tell(Tx tx) throws SQLException {
        return tell(tx, TAKE);
    }

    /** As {@link #tell}, but that it waits for those others: of what is there now all is told when there is no more. */
    static boolean tellAll(Tx tx) throws SQLException {
        return tell(tx, TAKE_ALL);
    }

    private static boolean tell(Tx tx, String statement) throws SQLException {
        Sql take = tx.sql(statement).set((long) SLICE);
        List<Change> changes = take.list(Change::read);
        tx.heed(take);
        changes.sort(Comparator.comparingLong(Change::number));
        changes.forEach(change -> tell(tx.events(), change));
        return changes.size() == SLICE;
    }

    private static void tell(EventEncoder events, Change change) {
        if (change.event() != null) {
            Report.Raised raised = new Report.Raised(change.event(), Times.instant(change.at()), change.data());
            events.raised(Ids.of(change.run()), change.task(), change.name(), change.attempt(), raised);
            return;
        }
        Long from = change.from();
        RunState before = from == null ? null : States.of(from.intValue());
        events.state(
                Ids.of(change.run()),
                change.task(),
                change.name(),
                change.attempt(),
                before,
                States.of(change.to()),
                change.at());
    }
}
