package dev.errand.store.postgres;

import dev.errand.RunId;
import dev.errand.store.Report;
import dev.errand.store.StepEntry;
import dev.errand.store.format.Documents;
import dev.errand.store.format.Times;
import dev.errand.store.sql.RunRow;
import dev.errand.store.sql.Sql;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What is known of the steps of runs. Those of many runs are written with one statement: it share-locks the rows that the runs are fenced
 * by, as {@link Ends} does with those of which some are still to end, and writes where they are still under the claim and undisturbed. So
 * a run stays in the chunk that it was claimed with, and who wants to take it away waits for the commit, or has been waited for. Runs that
 * execute for longer have rows of their own, one for each: a statement that finds them by their ids has half the work. All else is left
 * to {@link Special}. A run's steps are deleted with it, by a trigger.
 */
final class Journal {
    private static final String OR_REPLACE = """
                on conflict (run, position) do update
               set attempt = excluded.attempt, started = excluded.started, ended = excluded.ended, key = excluded.key,
                   name = excluded.name, result = excluded.result, failure = excluded.failure
            """;

    /** Found one by one through the index, and looked up by hash, for the same reasons as in {@link Ends}. */
    static final String WRITE = """
            with fenced as materialized (
                select u.i
                  from unnest(?::bigint[], ?::bigint[], ?::uuid[], ?::boolean[], ?::bigint[], ?::int[])
                       u(line, position, first, single, claim, i)
                 cross join lateral (
                     select true
                       from errand.chunk
                      where line = u.line and position = u.position and first = u.first and single = u.single
                        and claim = u.claim and not disturbed
                      limit 1
                        for share) k),
            written as (
                insert into errand.step (run, position, attempt, started, ended, key, name, result, failure)
                select u.run, u.position, u.attempt, u.started, u.ended, u.key, u.name, u.result, u.failure
                  from unnest(?::int[], ?::uuid[], ?::int[], ?::int[], ?::bigint[], ?::bigint[], ?::text[], ?::text[], ?::text[],
                              ?::text[])
                       u(i, run, position, attempt, started, ended, key, name, result, failure)
                 where (i in (select i from fenced)) is true
            """ + OR_REPLACE + """
            )
            select i from fenced
            """;

    /** The same for runs with rows of their own. Answers nothing but how many it wrote. */
    static final String WRITE_APART = """
            insert into errand.step (run, position, attempt, started, ended, key, name, result, failure)
            select u.run, u.position, u.attempt, u.started, u.ended, u.key, u.name, u.result, u.failure
              from unnest(?::bigint[], ?::uuid[], ?::int[], ?::int[], ?::bigint[], ?::bigint[], ?::text[], ?::text[], ?::text[], ?::text[])
                   u(claim, run, position, attempt, started, ended, key, name, result, failure)
             cross join lateral (
                 select true
                   from errand.chunk
                  where first = u.run and single and claim = u.claim and not disturbed
                  limit 1
                    for share) k
            """ + OR_REPLACE;

    private static final String WRITE_ONE = """
            insert into errand.step (run, position, attempt, started, ended, key, name, result, failure)
            values (?, ?, ?, ?, ?, ?, ?, ?, ?)
            """ + OR_REPLACE;

    static final String READ = """
            select position, key, name, attempt, started, ended, result, failure
              from errand.step
             where run = ? and position > ?
             order by position
             limit ?
            """;

    /** A report, where its answer goes, and the row it is fenced by. */
    record Place(Report.Journaled report, int index, Held.Key key) {
        long claim() {
            return report.claim().id();
        }

        Fence fence() {
            return new Fence(key, claim());
        }

        Row row() {
            return new Row(report.claim().run(), report.step().position(), claim());
        }

        boolean isApart() {
            return key.single() && key.first().equals(report.claim().run());
        }
    }

    record Fence(Held.Key key, long claim) {}

    /** What is written, and under which claim: of two, one has lost the run. */
    record Row(RunId run, int position, long claim) {}

    private Journal() {}

    /** The steps that a report brings along. */
    static List<Report.Journaled> of(Report report) {
        return switch (report) {
            case Report.Journaled journaled -> List.of(journaled);
            case Report.Waiting waiting ->
                waiting.steps().stream()
                        .map(step -> new Report.Journaled(waiting.claim(), step))
                        .toList();
            default -> List.of();
        };
    }

    /** Answers which of them it could not write, and has left alone. */
    static List<Place> write(Tx tx, List<Place> places) throws SQLException {
        List<Place> apart = new ArrayList<>(places.size());
        List<Place> others = new ArrayList<>();
        places.forEach(place -> (place.isApart() ? apart : others).add(place));
        // If it left out any, all are written again by the one that tells which.
        return writeApart(tx, apart) ? writeFenced(tx, others) : writeFenced(tx, places);
    }

    private static boolean writeApart(Tx tx, List<Place> places) throws SQLException {
        if (places.isEmpty()) {
            return true;
        }
        List<Place> last = last(places);
        Sql statement = tx.sql(WRITE_APART).setObject(tx.array("int8", Columns.longs(last, Place::claim)));
        steps(tx, statement, last);
        return statement.update() == last.size();
    }

    private static List<Place> writeFenced(Tx tx, List<Place> places) throws SQLException {
        if (places.isEmpty()) {
            return places;
        }
        Map<Fence, Integer> fences = new LinkedHashMap<>();
        places.forEach(place -> fences.putIfAbsent(place.fence(), fences.size()));
        List<Place> last = last(places);
        Sql statement = tx.sql(WRITE);
        fences(tx, statement, List.copyOf(fences.keySet()));
        statement.setObject(tx.array("int4", Columns.ints(last, place -> fences.getOrDefault(place.fence(), -1))));
        steps(tx, statement, last);
        Set<Integer> fenced = new HashSet<>(statement.list(row -> row.getInt(1)));
        return places.stream()
                .filter(place -> !fenced.contains(fences.get(place.fence())))
                .toList();
    }

    /** A statement writes a row once. */
    private static List<Place> last(List<Place> places) {
        Map<Row, Place> last = new LinkedHashMap<>();
        places.forEach(place -> last.put(place.row(), place));
        return last.size() == places.size() ? places : List.copyOf(last.values());
    }

    private static void fences(Tx tx, Sql statement, List<Fence> fences) throws SQLException {
        statement
                .setObject(tx.array(
                        "int8", Columns.longs(fences, fence -> fence.key().line())))
                .setObject(tx.array(
                        "int8", Columns.longs(fences, fence -> fence.key().position())))
                .setObject(
                        new UuidArray(Columns.ids(fences, fence -> fence.key().first())))
                .setObject(tx.array(
                        "bool", Columns.flags(fences, fence -> fence.key().single())))
                .setObject(tx.array("int8", Columns.longs(fences, Fence::claim)))
                .setObject(tx.array("int4", IntStream.range(0, fences.size()).toArray()));
    }

    private static void steps(Tx tx, Sql statement, List<Place> places) throws SQLException {
        List<Report.Journaled> reports = places.stream().map(Place::report).toList();
        List<StepEntry> steps = reports.stream().map(Report.Journaled::step).toList();
        statement
                .setObject(new UuidArray(
                        Columns.ids(reports, report -> report.claim().run())))
                .setObject(tx.array("int4", Columns.ints(steps, StepEntry::position)))
                .setObject(tx.array("int4", Columns.ints(steps, StepEntry::attempt)))
                .setObject(tx.array("int8", Columns.longs(steps, step -> Times.micros(step.startedAt()))))
                .setObject(tx.array("int8", Columns.nullable(steps, step -> Times.microsOrNull(step.endedAt()))))
                .setObject(tx.array("text", Columns.texts(steps, StepEntry::key)))
                .setObject(tx.array("text", Columns.texts(steps, StepEntry::name)))
                .setObject(tx.array("text", Columns.texts(steps, Journal::result)))
                .setObject(tx.array("text", Columns.texts(steps, step -> Documents.failure(step.failure()))));
    }

    /** Of a run whose row this transaction has locked, under the report's claim. */
    static void write(Tx tx, Report.Journaled report) throws SQLException {
        StepEntry step = report.step();
        tx.sql(WRITE_ONE)
                .setObject(Ids.uuid(report.claim().run()))
                .set((long) step.position())
                .set((long) step.attempt())
                .set(Times.micros(step.startedAt()))
                .set(Times.microsOrNull(step.endedAt()))
                .set(step.key())
                .set(step.name())
                .set(result(step))
                .set(Documents.failure(step.failure()))
                .update();
    }

    /** As it is stored. */
    static @Nullable String result(StepEntry step) {
        byte[] json = step.result();
        return json == null ? null : new String(json, StandardCharsets.UTF_8);
    }

    static List<StepEntry> read(Database database, RunId run, int after, int limit) throws SQLException {
        return database.sql(READ)
                .setObject(Ids.uuid(run))
                .set((long) after)
                .set((long) limit)
                .list(row -> RunRow.step(row, 1, Ids.FORMS));
    }
}
