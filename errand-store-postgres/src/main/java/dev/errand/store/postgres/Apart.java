package dev.errand.store.postgres;

import dev.errand.RunId;
import dev.errand.store.Report;
import dev.errand.store.format.Times;
import dev.errand.store.sql.Sql;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Gives runs of claimed chunks rows of their own: those that execute for longer, and those that are given up before the others. */
final class Apart {
    private static final int STARTED = 0;
    private static final int RELEASED = 1;
    private static final int RETRIED_NOW = 2;
    private static final int RETRIED_LATER = 3;
    private static final int RESUMES_NOW = 4;
    private static final int WAITS = 5;

    /**
     * Each run's chunk is looked up anew: what is read of it does not change while its claim holds, and a join with what was updated would
     * compare each with each ({@link Plans#FEW}).
     */
    static final String SET_APART = """
            with ranges as (
                update errand.chunk k
                   set dirty = true
                  from unnest(?::int[], ?::bigint[], ?::bigint[], ?::uuid[], ?::boolean[], ?::bigint[])
                       u(n, line, position, first, single, claim)
                 where k.line = u.line and k.position = u.position and k.first = u.first and k.single = u.single
                   and k.claim = u.claim
                returning u.n)
            insert into errand.chunk (line, position, first, last, single, state, attempt, redeliveries, suspect, batch, runs, priority,
                                      claim, due, expires, started, held, share, permits, resumed)
            select r.line,
                   case when u.kind in (3, 5) then 9223372036854775807
                        when u.kind in (2, 4) then u.due - 1000000 * r.priority::bigint
                        else r.position end,
                   u.run, u.run, true,
                   case u.kind when 3 then 3 when 5 then 4 else 1 end,
                   r.attempt + case when u.kind in (2, 3) then 1 else 0 end,
                   r.redeliveries,
                   r.suspect and u.kind < 2,
                   r.batch, 1, r.priority,
                   case u.kind when 0 then r.claim else 0 end,
                   case when u.kind >= 2 then u.due else r.due end,
                   case when u.kind = 1 and r.expires is not null then (select expires from errand.run where id = u.run) end,
                   case u.kind when 0 then u.started end,
                   case u.kind when 0 then r.held end, case u.kind when 0 then r.share end, case u.kind when 0 then r.permits end,
                   case when u.kind in (2, 3) then false when u.kind in (4, 5) then true else r.resumed end
              from unnest(?::int[], ?::bigint[], ?::bigint[], ?::uuid[], ?::boolean[], ?::uuid[], ?::int[], ?::bigint[], ?::bigint[])
                   u(n, line, position, first, single, run, kind, due, started)
             cross join lateral (
                 select *
                   from errand.chunk
                  where line = u.line and position = u.position and first = u.first and single = u.single
                  limit 1) r
             where (u.n in (select n from ranges)) is true
               and (select true from errand.outcome where run = u.run limit 1) is null -- told again, and others were quicker
                on conflict do nothing
            returning first
            """;

    /** A report, where its answer goes, its chunk, and whether its run has a row of its own now. */
    record Row(Report report, int index, Held.Chunk chunk, boolean written) {}

    private final Tx tx;
    private final List<Row> rows = new ArrayList<>();

    Apart(Tx tx) {
        this.tx = tx;
    }

    void add(Report report, int index, Held.Chunk chunk) {
        rows.add(new Row(report, index, chunk, false));
    }

    List<Row> write() throws SQLException {
        if (rows.isEmpty()) {
            return rows;
        }
        Map<Held.Chunk, Integer> numbers = new HashMap<>();
        List<Held.Chunk> chunks = new ArrayList<>();
        int[] chunkOf = new int[rows.size()];
        for (int i = 0; i < chunkOf.length; i++) {
            chunkOf[i] = numbers.computeIfAbsent(rows.get(i).chunk(), chunk -> {
                chunks.add(chunk);
                return chunks.size() - 1;
            });
        }
        int[] number = new int[chunks.size()];
        for (int i = 0; i < number.length; i++) {
            number[i] = i;
        }
        List<Report> reports = rows.stream().map(Row::report).toList();
        List<Held.Chunk> chunkOfEach = rows.stream().map(Row::chunk).toList();
        Sql statement = tx.sql(SET_APART).setObject(tx.array("int4", number));
        place(statement, chunks);
        statement.setObject(tx.array("int8", Columns.longs(chunks, chunk -> chunk.claim)));
        statement.setObject(tx.array("int4", chunkOf));
        place(statement, chunkOfEach);
        Set<RunId> written = new HashSet<>(statement
                .setObject(new UuidArray(
                        Columns.ids(reports, report -> report.claim().run())))
                .setObject(tx.array("int4", Columns.ints(reports, report -> kind(report, tx.now()))))
                .setObject(tx.array("int8", Columns.longs(reports, Apart::due)))
                .setObject(tx.array("int8", Columns.nullable(reports, Apart::started)))
                .list(row -> Ids.of(row.getObject(1))));
        return rows.stream()
                .map(row -> new Row(
                        row.report(),
                        row.index(),
                        row.chunk(),
                        written.contains(row.report().claim().run())))
                .toList();
    }

    private void place(Sql statement, List<Held.Chunk> chunks) throws SQLException {
        statement
                .setObject(tx.array("int8", Columns.longs(chunks, chunk -> chunk.key.line())))
                .setObject(tx.array("int8", Columns.longs(chunks, chunk -> chunk.key.position())))
                .setObject(new UuidArray(Columns.ids(chunks, chunk -> chunk.key.first())))
                .setObject(tx.array("bool", Columns.flags(chunks, chunk -> chunk.key.single())));
    }

    private static int kind(Report report, long now) {
        return switch (report) {
            case Report.Started started -> STARTED;
            case Report.Retried retried -> Times.micros(retried.dueAt()) <= now ? RETRIED_NOW : RETRIED_LATER;
            case Report.Waiting waiting -> Awaiting.due(waiting) <= now ? RESUMES_NOW : WAITS;
            default -> RELEASED;
        };
    }

    private static long due(Report report) {
        return switch (report) {
            case Report.Retried retried -> Times.micros(retried.dueAt());
            case Report.Waiting waiting -> Awaiting.due(waiting);
            default -> 0;
        };
    }

    private static @Nullable Long started(Report report) {
        return report instanceof Report.Started started ? (Long) Times.micros(started.at()) : null;
    }
}
