package dev.errand.store.sqlite;

import dev.errand.Json;
import dev.errand.Progress;
import dev.errand.RunInfo;
import dev.errand.RunState;
import dev.errand.store.RunOptions;
import dev.errand.store.format.ClaimIds;
import dev.errand.store.format.Documents;
import dev.errand.store.format.JsonReader;
import dev.errand.store.format.States;
import dev.errand.store.format.Times;
import dev.errand.store.sql.Sql;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A run as {@link RunInfo}, from all the tables that know something about it. */
final class RunRows {
    /** To be followed by a where clause. */
    static final String SELECT = """
            select run.number, run.id, task.id, run.name, run.tags, run.created, run.priority, run.expires, run.payload, run.options,
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
                   note.done, note.total, note.metadata
              from run
              join task on task.number = run.task
              left join live on live.number = run.number
              left join outcome on outcome.number = run.number
              left join note on note.run = run.number
            """;

    private RunRows() {}

    static long number(ResultSet row) throws SQLException {
        return row.getLong(1);
    }

    static RunInfo read(ResultSet row) throws SQLException {
        RunOptions options = Documents.options(row.getString(10));
        String noted = row.getString(28);
        Standing standing = Standing.read(row);
        return new RunInfo(
                Ids.of(row.getBytes(2)),
                row.getString(3),
                row.getString(4),
                JsonReader.texts(row.getString(5)),
                standing.state(),
                standing.attempt(),
                options.maxAttempts(),
                row.getInt(7),
                Times.instant(row.getLong(6)),
                standing.due(),
                Times.instant(Sql.nullable(row, 25)),
                Times.instant(Sql.nullable(row, 21)),
                Times.instant(Sql.nullable(row, 8)),
                options.timeout(),
                options.timeoutFrom(),
                json(row.getBytes(9)),
                row.getBytes(22) == null ? null : json(row.getBytes(22)),
                Documents.failure(row.getString(23)),
                row.getString(24),
                JsonReader.object(noted == null ? options.metadata() : noted),
                progress(row),
                standing.node(),
                standing.redeliveries(),
                standing.cancelRequested(),
                options.replayOf());
    }

    private static Json json(byte[] utf8) {
        return new Json(new String(utf8, StandardCharsets.UTF_8));
    }

    private static @Nullable Progress progress(ResultSet row) throws SQLException {
        Long done = Sql.nullable(row, 26);
        return done == null ? null : new Progress(done, row.getLong(27));
    }

    /** What the hot row says, or the outcome. */
    private record Standing(
            RunState state,
            int attempt,
            @Nullable Instant due,
            @Nullable Long node,
            int redeliveries,
            boolean cancelRequested) {

        static Standing read(ResultSet row) throws SQLException {
            Long live = Sql.nullable(row, 11);
            return live == null ? ended(row) : live(row, States.of(live.intValue()));
        }

        private static Standing live(ResultSet row, RunState state) throws SQLException {
            Long claim = Sql.nullable(row, 14);
            int redeliveries = row.getInt(15);
            boolean executing = state == RunState.EXECUTING;
            return new Standing(
                    state,
                    executing || redeliveries > 0 ? row.getInt(13) : row.getInt(13) - 1,
                    executing ? null : Times.instant(row.getLong(12)),
                    claim == null ? null : (Long) ClaimIds.node(claim),
                    redeliveries,
                    row.getInt(16) != 0);
        }

        private static Standing ended(ResultSet row) throws SQLException {
            Long claim = Sql.nullable(row, 19);
            return new Standing(
                    States.of(row.getInt(17)),
                    row.getInt(18),
                    null,
                    claim == null ? null : (Long) ClaimIds.node(claim),
                    row.getInt(20),
                    false);
        }
    }
}
