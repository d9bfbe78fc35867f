package dev.errand.store.sqlite;

import dev.errand.RunInfo;
import dev.errand.store.sql.RunRow;
import java.sql.ResultSet;
import java.sql.SQLException;

/** A run as {@link RunRow#info} wants it, from all the tables that know something about it. */
final class RunRows {
    /** To be followed by a where clause. */
    static final String SELECT = """
            select run.id, task.id, run.name, run.tags, run.created, run.priority, run.expires, run.payload, run.options,
                   live.state, live.due, live.attempt, live.claim, live.redeliveries, live.cancel is not null,
                   outcome.state, outcome.attempt, outcome.claim, outcome.redeliveries, outcome.ended, outcome.output,
                   coalesce(outcome.failure, case when live.state = 3 then (
                        select failure from attempt where attempt.run = run.number order by attempt desc limit 1) end),
                   outcome.reason,
                   coalesce(
                       (select started
                          from attempt
                         where attempt.run = run.number
                           and attempt > coalesce((select max(attempt) from attempt where attempt.run = run.number and by_hand = 1), 0)
                         order by attempt
                         limit 1),
                       live.started, outcome.started),
                   note.done, note.total, note.metadata, live.resumed,
                   exists (select 1 from lingering where lingering.run = run.id),
                   (select version from build where node = coalesce(outcome.claim, live.claim) >> 40),
                   nullif(max(coalesce(live.started, 0), coalesce(outcome.started, 0), coalesce(
                       (select ended from attempt where attempt.run = run.number order by attempt desc limit 1), 0)), 0),
                   run.number
              from run
              join task on task.number = run.task
              left join live on live.number = run.number
              left join outcome on outcome.number = run.number
              left join note on note.run = run.number
            """;

    private RunRows() {}

    static long number(ResultSet row) throws SQLException {
        return row.getLong(32);
    }

    static RunInfo read(ResultSet row) throws SQLException {
        return RunRow.info(row, Ids.FORMS);
    }
}
