package dev.errand.store.sqlite;

import dev.errand.Attempt;
import dev.errand.LogLine;
import dev.errand.RunId;
import dev.errand.RunInfo;
import dev.errand.store.CancelRequest;
import dev.errand.store.format.ClaimIds;
import dev.errand.store.limits.Lines;
import dev.errand.store.sql.RunRow;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** What can be asked about one run. */
final class Questions {
    private static final String FIND = RunRows.SELECT + " where run.id = ?";

    private static final String ATTEMPTS = """
            select made.*, (select version from build where node = claim >> 40)
              from (select attempt.attempt, 3, attempt.claim, attempt.started, attempt.ended, attempt.failure
                      from attempt join run on run.number = attempt.run
                     where run.id = ?1
                    union all
                    select live.attempt, 2, live.claim, live.started, null, null
                      from live join run on run.number = live.number
                     where run.id = ?1 and live.started is not null
                    union all
                    select outcome.attempt, outcome.state, outcome.claim, outcome.started, outcome.ended, outcome.failure
                      from outcome join run on run.number = outcome.number
                     where run.id = ?1 and outcome.started is not null) made
             order by 1
            """;

    private static final String LINES = """
            select position, at, attempt, level, message
              from line join run on run.number = line.run
             where run.id = ? and position > ?
             order by position
             limit ?
            """;

    private static final String PLACE = """
            select live.position, live.number, live.line
              from live join run on run.number = live.number
             where run.id = ? and live.state = 1 and live.claim is null
            """;

    private static final String AHEAD = """
            select count(*)
              from (select 1
                      from live
                     where line = ? and state = 1 and claim is null and (position, number) < (?, ?)
                     limit ?)
            """;

    private static final String CANCELS = """
            select run.id, live.claim, live.cancel
              from live join run on run.number = live.number
             where live.cancel is not null and live.claim between ? and ?
            """;

    private Questions() {}

    static Optional<RunInfo> find(Database database, RunId run) throws SQLException {
        return database.sql(FIND).set(Ids.bytes(run)).first(RunRows::read);
    }

    static List<Attempt> attempts(Database database, RunId run) throws SQLException {
        return database.sql(ATTEMPTS).set(Ids.bytes(run)).list(RunRow::attempt);
    }

    static List<LogLine> log(Database database, RunId run, long after, int limit) throws SQLException {
        return database.sql(LINES)
                .set(Ids.bytes(run))
                .set(after)
                .set((long) limit)
                .list(row -> RunRow.line(row, 1));
    }

    /** Over all tasks, since they wait in one line; of a run with a key, over those of its key. */
    static int ahead(Database database, RunId run, int atMost) throws SQLException {
        long[] place = database.sql(PLACE)
                .set(Ids.bytes(run))
                .first(row -> new long[] {row.getLong(1), row.getLong(2), row.getLong(3)})
                .orElse(null);
        if (place == null) {
            return 0;
        }
        Backlog backlog = new Backlog();
        backlog.load(database);
        return ahead(database, place, lines(backlog, place[2]), atMost);
    }

    /** In these lines. */
    static int ahead(Database database, RunId run, List<Long> lines, int atMost) throws SQLException {
        long[] place = database.sql(PLACE)
                .set(Ids.bytes(run))
                .first(row -> new long[] {row.getLong(1), row.getLong(2)})
                .orElse(null);
        return place == null ? 0 : ahead(database, place, lines, atMost);
    }

    private static int ahead(Database database, long[] place, List<Long> lines, int atMost) throws SQLException {
        int ahead = 0;
        for (long line : lines) {
            ahead += (int) database.sql(AHEAD)
                    .set(line)
                    .set(place[0])
                    .set(place[1])
                    .set((long) atMost - ahead)
                    .number();
        }
        return ahead;
    }

    private static List<Long> lines(Backlog backlog, long own) {
        return Lines.keyOf(own) != 0
                ? List.of(own)
                : backlog.all().stream().map(Integer::longValue).toList();
    }

    static List<CancelRequest> cancels(Database database, long node) throws SQLException {
        return database.sql(CANCELS)
                .set(ClaimIds.first(node))
                .set(ClaimIds.first(node + 1) - 1)
                .list(row -> new CancelRequest(Ids.of(row.getBytes(1)), row.getLong(2), row.getString(3)));
    }
}
