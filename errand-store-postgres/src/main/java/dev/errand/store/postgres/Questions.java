package dev.errand.store.postgres;

import dev.errand.Attempt;
import dev.errand.LogLine;
import dev.errand.RunId;
import dev.errand.RunInfo;
import dev.errand.store.sql.RunRow;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** What can be asked about one run. */
final class Questions {
    /** One that executes has a row of its own. */
    private static final String ATTEMPTS = """
            select made.*, (select version from errand.build where node = claim >> 40)
              from (select attempt, 3 as state, claim, started, ended, failure
                      from errand.attempt
                     where run = ?
                    union all
                    select attempt, 2, claim, started, null, null
                      from errand.chunk
                     where first = ? and started is not null
                    union all
                    select attempt, state, claim, started, ended, failure
                      from errand.outcome
                     where run = ? and started is not null) made
             order by 1
            """;

    private static final String LINES = """
            select position, at, attempt, level, message
              from errand.line
             where run = ? and position > ?
             order by position
             limit ?
            """;

    private Questions() {}

    static Optional<RunInfo> find(Database database, RunId run) throws SQLException {
        return RunRows.ask(database, RunRows.SELECT, List.of(run)).first(RunRows::read);
    }

    static List<Attempt> attempts(Database database, RunId run) throws SQLException {
        return database.sql(ATTEMPTS)
                .setObject(Ids.uuid(run))
                .setObject(Ids.uuid(run))
                .setObject(Ids.uuid(run))
                .list(RunRow::attempt);
    }

    static List<LogLine> log(Database database, RunId run, long after, int limit) throws SQLException {
        return database.sql(LINES)
                .setObject(Ids.uuid(run))
                .set(after)
                .set((long) limit)
                .list(row -> RunRow.line(row, 1));
    }

    /** How many runs wait in front of a queued one, counting at most so far. */
    static int ahead(Database database, RunId run, int atMost) throws SQLException {
        return Ahead.count(database, run, atMost);
    }
}
