package dev.errand.store.postgres;

import dev.errand.RunId;
import dev.errand.RunInfo;
import dev.errand.store.sql.RunRow;
import dev.errand.store.sql.Sql;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;

/**
 * Runs as {@link RunInfo}, from all the tables that know something about them. Asked for by id: each table is looked into run by run,
 * through its index, whatever the statistics say.
 */
final class RunRows {
    /** The first two parameters are the ids, and for each where chunks that may hold it begin. To be followed by conditions. */
    static final String SELECT = """
            select run.id, task.id, run.name, run.tags, run.created, run.priority, run.expires, run.payload, run.options,
                   standing.state, standing.due, standing.attempt, standing.claim, standing.redeliveries,
                   standing.cancel is not null,
                   outcome.state, outcome.attempt, outcome.claim, outcome.redeliveries, outcome.ended, outcome.output,
                   coalesce(outcome.failure, case when standing.state = 3 then (
                        select failure from errand.attempt where run = run.id order by attempt desc limit 1) end),
                   outcome.reason,
                   coalesce(
                       (select started
                          from errand.attempt
                         where run = run.id
                           and attempt > coalesce(
                               (select attempt from errand.attempt where run = run.id and by_hand order by attempt desc limit 1), 0)
                         order by attempt
                         limit 1),
                       standing.started, outcome.started),
                   note.done, note.total, note.metadata, standing.resumed,
                   exists (select from errand.lingering l where run = asked.id and <living>),
                   (select version from errand.build where node = coalesce(outcome.claim, standing.claim) >> 40),
                   greatest(standing.started, outcome.started,
                            (select ended from errand.attempt where run = run.id order by attempt desc limit 1))
              from unnest(?::uuid[], ?::uuid[]) asked(id, near)
             cross join lateral (select * from errand.run where id = asked.id limit 1) run
             cross join lateral (select id, key from errand.task where number = run.task limit 1) task
              left join lateral (select * from errand.outcome where run = asked.id limit 1) outcome on true
              left join lateral (
                  select case when position = 9223372036854775807 then state when started is not null then 2 else 1 end as state,
                         due, attempt, claim, redeliveries, cancel, started, resumed
                    from (select *
                            from errand.chunk
                           where single and first = asked.id
                           union all
                          select shared.*
                            from unnest(array[run.position, 9223372036854775807]) place
                           cross join lateral (
                               select *
                                 from errand.chunk
                                where line = coalesce(run.line, run.task) and position = place and not single and batch = run.batch
                                  and first between asked.near and asked.id and last >= asked.id
                                limit 1) shared) row
                   where outcome.run is null
                   order by single desc
                   limit 1) standing on true
              left join lateral (select * from errand.note where run = asked.id limit 1) note on true
             where true
            """.replace("<living>", Lingering.LIVING);

    private RunRows() {}

    /** The statement with the ids filled in. */
    static Sql ask(Database database, String text, List<RunId> ids) throws SQLException {
        UUID[] near = ids.stream().map(Whereabouts::earliestFirst).toArray(UUID[]::new);
        return database.sql(text)
                .setObject(database.array("uuid", Columns.ids(ids, id -> id)))
                .setObject(database.array("uuid", near));
    }

    static RunInfo read(ResultSet row) throws SQLException {
        return RunRow.info(row, Ids.FORMS);
    }
}
