package dev.errand.store.postgres;

import dev.errand.Event;
import dev.errand.store.EventCursor;
import dev.errand.store.EventCursor.Place;
import dev.errand.store.EventLoss;
import dev.errand.store.EventPage;
import dev.errand.store.format.EventDecoder;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntFunction;

/**
 * Reads the events. In each stream the order of positions is that of the commits, so that a cursor holds a place for each; over all
 * streams the order of positions is such that what caused something goes before it, as one snapshot sees it. A place is the last row that was
 * passed in a stream, or a row and how many of its events were.
 */
final class EventLog {
    /** The shared stream, and those of all nodes that still have events. */
    static final String STREAMS = """
            select 0::bigint as stream
             union all
            select number * 4 + lane from errand.node cross join unnest(array[1, 2, 3]) lane
            """;

    /**
     * The rows of one of these streams. Stream and position are compared at once: a stream by itself, of which statistics may say that it
     * is short, would invite to read and sort all of it, and it may have millions.
     */
    static final String OF_STREAM =
            "(stream, position) >= (s.stream, 0) and (stream, position) <= (s.stream, 9223372036854775807)";

    /** Rows until the events in them are enough, or what they hold. */
    private static final String ROWS = """
            select stream, position, at, node, body
              from (select e.*,
                           sum(e.events) over (order by e.position) - e.events as before,
                           sum(octet_length(e.body)) over (order by e.position) - octet_length(e.body) as bytes
                      from (%s) s
                      left join unnest(?::bigint[], ?::bigint[]) known(stream, position) on known.stream = s.stream
                     cross join lateral (
                         select *
                           from errand.event
                          where (stream, position) > (s.stream, coalesce(known.position, 0)) and %s
                          order by stream, position
                          limit ?) e) page
             where before < ? and bytes < %d
             order by position
            """.formatted(STREAMS, OF_STREAM, EventPage.MUCH);

    /** Also of a stream of which none is left. */
    static final String LAST = """
            select s.stream, coalesce(e.position, gone.last) as position
              from (%s) s
              left join lateral (
                 select position
                   from errand.event
                  where %s
                  order by stream desc, position desc
                  limit 1) e on true
              left join lateral (
                 select last
                   from errand.event_gone g
                  where g.stream = s.stream and e.position is null
                  order by last desc
                  limit 1) gone on true
             where coalesce(e.position, gone.last) is not null
            """.formatted(STREAMS, OF_STREAM);

    /** Of streams that the cursor does not know all that was deleted follows it. */
    private static final String LOST = """
            select s.stream, max(u.position), sum(u.events - case when u.position = known.position then known.within else 0 end)::bigint
              from (%s) s
              left join unnest(?::bigint[], ?::bigint[], ?::int[]) known(stream, position, within) on known.stream = s.stream
             cross join lateral (
                 select positions, counts
                   from errand.event_gone g
                  where g.stream = s.stream and g.last >= coalesce(known.position, 0)) gone
             cross join lateral unnest(gone.positions, gone.counts) u(position, events)
             where u.position > coalesce(known.position, 0) or (u.position = known.position and known.within > 0)
             group by s.stream
            """.formatted(STREAMS);

    /**
     * For each stream the last row before a time, looked for in the middle of where it may be, again and again: the times are in the order of the
     * positions. Streams without any such row are left out.
     */
    private static final String AT = """
            with recursive place (stream, before, last) as (
                select s.stream, 0::bigint, e.position
                  from (%s) s
                 cross join lateral (
                     select position
                       from errand.event
                      where %s
                      order by stream desc, position desc
                      limit 1) e
                 union all
                select p.stream,
                       case when next.at < ? then next.position else p.before end,
                       case when next.at < ? then p.last else p.before + (p.last - p.before) / 2 end
                  from place p
                  left join lateral (
                      select position, at
                        from errand.event
                       where (stream, position) > (p.stream, p.before + (p.last - p.before) / 2)
                         and (stream, position) <= (p.stream, p.last)
                       order by stream, position
                       limit 1) next on true
                 where p.before < p.last)
            select stream, before from place where before = last and before > 0
            """.formatted(STREAMS, OF_STREAM);

    /** With more streams, those of nodes long gone are forgotten. */
    private static final int MANY_STREAMS = 64;

    private record Row(long stream, long position, long at, long node, byte[] body) {
        static Row of(ResultSet row) throws SQLException {
            return new Row(row.getLong(1), row.getLong(2), row.getLong(3), row.getLong(4), row.getBytes(5));
        }

        List<Event> events(IntFunction<String> tasks) {
            return new EventDecoder(body, position, at, node, tasks).events();
        }
    }

    private EventLog() {}

    static EventPage after(Database database, TaskNumbers tasks, EventCursor after, int limit) throws SQLException {
        Map<Long, Place> places = after.places();
        List<Row> rows = database.sql(ROWS)
                .setObject(database.array("int8", longs(places.keySet())))
                .setObject(database.array(
                        "int8",
                        places.values().stream().mapToLong(Place::before).toArray()))
                .set((long) limit)
                .set((long) limit)
                .list(Row::of);
        if (rows.isEmpty()) {
            return new EventPage(List.of(), after, List.of(), false);
        }
        List<List<Event>> decoded = events(database, tasks, rows);
        List<Event> events = new ArrayList<>();
        List<EventPage.Commit> commits = new ArrayList<>();
        long bytes = 0;
        for (int i = 0; i < rows.size(); i++) {
            Row row = rows.get(i);
            bytes += row.body().length;
            add(row, decoded.get(i), places.getOrDefault(row.stream(), new Place(0, 0)), events, commits);
            places.put(row.stream(), new Place(row.position(), 0));
        }
        if (places.size() > MANY_STREAMS) {
            Set<Long> streams = new HashSet<>(database.sql(STREAMS).list(row -> row.getLong(1)));
            places.keySet().retainAll(streams);
        }
        return new EventPage(events, EventCursor.of(places), commits, events.size() >= limit || bytes >= EventPage.MUCH);
    }

    private static void add(Row row, List<Event> all, Place place, List<Event> events, List<EventPage.Commit> commits) {
        int skipped = row.position() == place.position() ? Math.min(place.within(), all.size()) : 0;
        events.addAll(all.subList(skipped, all.size()));
        if (skipped < all.size()) {
            commits.add(new EventPage.Commit(row.stream(), row.position(), skipped, all.size() - skipped));
        }
    }

    /** A task of which this process has not heard yet has all tasks read anew: after the events, so that then all of theirs are known. */
    private static List<List<Event>> events(Database database, TaskNumbers tasks, List<Row> rows) throws SQLException {
        AtomicBoolean unknown = new AtomicBoolean();
        List<List<Event>> events = events(rows, number -> {
            String id = tasks.id(number);
            unknown.compareAndSet(false, id == null);
            return id == null ? "?" : id;
        });
        if (!unknown.get()) {
            return events;
        }
        tasks.load(database);
        return events(rows, number -> Objects.requireNonNullElse(tasks.id(number), "?"));
    }

    /** Those of each row. */
    private static List<List<Event>> events(List<Row> rows, IntFunction<String> tasks) {
        return rows.stream().map(row -> row.events(tasks)).toList();
    }

    static EventCursor last(Database database) throws SQLException {
        Map<Long, Place> places = new TreeMap<>();
        database.sql(LAST).each(row -> places.put(row.getLong(1), new Place(row.getLong(2), 0)));
        return EventCursor.of(places);
    }

    static EventLoss lost(Database database, EventCursor after) throws SQLException {
        if (after.equals(EventCursor.START)) {
            return new EventLoss(0, after);
        }
        Map<Long, Place> places = after.places();
        long[] events = {0};
        database.sql(LOST)
                .setObject(database.array("int8", longs(places.keySet())))
                .setObject(database.array(
                        "int8", places.values().stream().mapToLong(Place::position).toArray()))
                .setObject(database.array(
                        "int4", places.values().stream().mapToInt(Place::within).toArray()))
                .each(row -> {
                    places.put(row.getLong(1), new Place(row.getLong(2), 0));
                    events[0] += row.getLong(3);
                });
        return new EventLoss(events[0], EventCursor.of(places));
    }

    static EventCursor at(Database database, long at) throws SQLException {
        Map<Long, Place> places = new TreeMap<>();
        database.sql(AT).set(at).set(at).each(row -> places.put(row.getLong(1), new Place(row.getLong(2), 0)));
        return EventCursor.of(places);
    }

    private static long[] longs(Collection<Long> values) {
        return values.stream().mapToLong(value -> value).toArray();
    }
}
