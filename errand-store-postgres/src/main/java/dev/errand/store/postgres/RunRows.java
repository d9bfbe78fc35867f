package dev.errand.store.postgres;

import dev.errand.Json;
import dev.errand.Progress;
import dev.errand.RunId;
import dev.errand.RunInfo;
import dev.errand.RunState;
import dev.errand.store.RunOptions;
import dev.errand.store.format.ClaimIds;
import dev.errand.store.format.Documents;
import dev.errand.store.format.JsonReader;
import dev.errand.store.format.States;
import dev.errand.store.format.Times;
import dev.errand.store.sql.Sql;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

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
                   note.done, note.total, note.metadata
              from unnest(?::uuid[], ?::uuid[]) asked(id, near)
             cross join lateral (select * from errand.run where id = asked.id limit 1) run
             cross join lateral (select id, key from errand.task where number = run.task limit 1) task
              left join lateral (select * from errand.outcome where run = asked.id limit 1) outcome on true
              left join lateral (
                  select case when position = 9223372036854775807 then state when started is not null then 2 else 1 end as state,
                         due, attempt, claim, redeliveries, cancel, started
                    from (select *
                            from errand.chunk
                           where single and first = asked.id
                           union all
                          select *
                            from errand.chunk
                           where not single and task = run.task and position = any(array[run.position, 9223372036854775807])
                             and first between asked.near and asked.id and last >= asked.id and batch = run.batch) row
                   where outcome.run is null
                   order by single desc
                   limit 1) standing on true
              left join lateral (select * from errand.note where run = asked.id limit 1) note on true
             where true
            """;

    private RunRows() {}

    /** The statement with the ids filled in. */
    static Sql ask(Database database, String text, List<RunId> ids) throws SQLException {
        UUID[] near = ids.stream().map(Whereabouts::earliestFirst).toArray(UUID[]::new);
        return database.sql(text)
                .setObject(database.array("uuid", Columns.ids(ids, id -> id)))
                .setObject(database.array("uuid", near));
    }

    static RunInfo read(ResultSet row) throws SQLException {
        RunOptions options = Documents.options(row.getString(9));
        String noted = row.getString(27);
        String output = row.getString(21);
        Instant created = Times.instant(row.getLong(5));
        Standing standing = Standing.read(row, created);
        return new RunInfo(
                Ids.of(row.getObject(1)),
                row.getString(2),
                row.getString(3),
                JsonReader.texts(row.getString(4)),
                standing.state(),
                standing.attempt(),
                options.maxAttempts(),
                row.getInt(6),
                created,
                standing.due(),
                Times.instant(Sql.nullable(row, 24)),
                Times.instant(Sql.nullable(row, 20)),
                Times.instant(Sql.nullable(row, 7)),
                options.timeout(),
                options.timeoutFrom(),
                new Json(row.getString(8)),
                output == null ? null : new Json(output),
                Documents.failure(row.getString(22)),
                row.getString(23),
                JsonReader.object(noted == null ? options.metadata() : noted),
                progress(row),
                standing.node(),
                standing.redeliveries(),
                standing.cancelRequested(),
                options.replayOf());
    }

    private static @Nullable Progress progress(ResultSet row) throws SQLException {
        Long done = Sql.nullable(row, 25);
        return done == null ? null : new Progress(done, row.getLong(26));
    }

    /** What the row of the chunk says, or the outcome. */
    private record Standing(
            RunState state,
            int attempt,
            @Nullable Instant due,
            @Nullable Long node,
            int redeliveries,
            boolean cancelRequested) {

        static Standing read(ResultSet row, Instant created) throws SQLException {
            Long ended = Sql.nullable(row, 16);
            if (ended != null) {
                return ended(row, States.of(ended.intValue()));
            }
            Long waiting = Sql.nullable(row, 10);
            return waiting == null
                    ? new Standing(RunState.QUEUED, 0, created, null, 0, false)
                    : waiting(row, States.of(waiting.intValue()));
        }

        private static Standing waiting(ResultSet row, RunState state) throws SQLException {
            long claim = row.getLong(13);
            int redeliveries = row.getInt(14);
            boolean executing = state == RunState.EXECUTING;
            return new Standing(
                    state,
                    executing || redeliveries > 0 ? row.getInt(12) : row.getInt(12) - 1,
                    executing ? null : Times.instant(row.getLong(11)),
                    claim == 0 ? null : (Long) ClaimIds.node(claim),
                    redeliveries,
                    row.getBoolean(15));
        }

        private static Standing ended(ResultSet row, RunState state) throws SQLException {
            Long claim = Sql.nullable(row, 18);
            return new Standing(
                    state,
                    row.getInt(17),
                    null,
                    claim == null ? null : (Long) ClaimIds.node(claim),
                    row.getInt(19),
                    false);
        }
    }
}
