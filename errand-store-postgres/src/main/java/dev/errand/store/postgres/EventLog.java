package dev.errand.store.postgres;

import dev.errand.Event;
import dev.errand.store.EventCursor;
import dev.errand.store.EventPage;
import dev.errand.store.format.EventDecoder;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Reads the events. In each stream the order of positions is that of the commits, so that a cursor holds a place for each; over all
 * streams the order of positions is such that what caused something goes before it, as one snapshot sees it. A place is the last row that was
 * passed in a stream, as in {@code 4:17}; or a row and how many of its events were, as in {@code 4:17/3}.
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

    static final String LAST = """
            select e.stream, e.position
              from (%s) s
             cross join lateral (
                 select stream, position
                   from errand.event
                  where %s
                  order by stream desc, position desc
                  limit 1) e
            """.formatted(STREAMS, OF_STREAM);

    private static final String TASKS = "select number, id from errand.task";

    /** With more streams, those of nodes long gone are forgotten. */
    private static final int MANY_STREAMS = 64;

    private record Row(long stream, EventDecoder commit) {}

    /**
     * How far a stream was read.
     *
     * @param within 0 if all of that row was
     */
    record Place(long position, int within) {
        /** After which rows are asked for. */
        long before() {
            return within == 0 ? position : position - 1;
        }

        private static Place of(String text) {
            int slash = text.indexOf('/');
            return slash < 0
                    ? new Place(Long.parseLong(text), 0)
                    : new Place(Long.parseLong(text.substring(0, slash)), Integer.parseInt(text.substring(slash + 1)));
        }

        @Override
        public String toString() {
            return within == 0 ? String.valueOf(position) : position + "/" + within;
        }
    }

    private EventLog() {}

    static EventPage after(Database database, EventCursor after, int limit) throws SQLException {
        Map<Long, Place> places = places(after);
        Map<Integer, String> tasks = new HashMap<>();
        List<Row> rows = database.sql(ROWS)
                .setObject(database.array("int8", longs(places.keySet())))
                .setObject(database.array(
                        "int8",
                        places.values().stream().mapToLong(Place::before).toArray()))
                .set((long) limit)
                .set((long) limit)
                .list(row -> row(row, tasks));
        if (rows.isEmpty()) {
            return new EventPage(List.of(), after, List.of());
        }
        // Read after the events, so that it knows all their tasks.
        database.sql(TASKS).each(row -> tasks.put(row.getInt(1), row.getString(2)));
        List<Event> events = new ArrayList<>();
        List<EventPage.Commit> commits = new ArrayList<>();
        for (Row row : rows) {
            Place place = places.get(row.stream());
            add(row, place == null ? new Place(0, 0) : place, events, commits);
            places.put(row.stream(), new Place(row.commit().position(), 0));
        }
        if (places.size() > MANY_STREAMS) {
            Set<Long> streams = new HashSet<>(database.sql(STREAMS).list(row -> row.getLong(1)));
            places.keySet().retainAll(streams);
        }
        return new EventPage(events, cursor(places), commits);
    }

    private static void add(Row row, Place place, List<Event> events, List<EventPage.Commit> commits) {
        List<Event> all = row.commit().events();
        long position = row.commit().position();
        int skipped = position == place.position() ? Math.min(place.within(), all.size()) : 0;
        events.addAll(all.subList(skipped, all.size()));
        if (skipped < all.size()) {
            commits.add(new EventPage.Commit(row.stream(), position, skipped, all.size() - skipped));
        }
    }

    private static Row row(ResultSet row, Map<Integer, String> tasks) throws SQLException {
        return new Row(
                row.getLong(1),
                new EventDecoder(
                        row.getBytes(5),
                        row.getLong(2),
                        row.getLong(3),
                        row.getLong(4),
                        number -> tasks.getOrDefault(number, "?")));
    }

    static EventCursor last(Database database) throws SQLException {
        Map<Long, Place> places = new TreeMap<>();
        database.sql(LAST).each(row -> places.put(row.getLong(1), new Place(row.getLong(2), 0)));
        return cursor(places);
    }

    static EventCursor cursor(Map<Long, Place> places) {
        StringBuilder text = new StringBuilder();
        places.forEach((stream, place) -> {
            if (!text.isEmpty()) {
                text.append(',');
            }
            text.append(stream).append(':').append(place);
        });
        return new EventCursor(text.toString());
    }

    private static Map<Long, Place> places(EventCursor cursor) {
        Map<Long, Place> places = new TreeMap<>();
        if (!cursor.text().isEmpty()) {
            for (String place : cursor.text().split(",", -1)) {
                int colon = place.indexOf(':');
                places.put(Long.valueOf(place.substring(0, colon)), Place.of(place.substring(colon + 1)));
            }
        }
        return places;
    }

    private static long[] longs(Collection<Long> values) {
        return values.stream().mapToLong(value -> value).toArray();
    }
}
