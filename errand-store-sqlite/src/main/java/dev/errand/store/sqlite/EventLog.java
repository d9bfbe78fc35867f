package dev.errand.store.sqlite;

import dev.errand.Event;
import dev.errand.store.EventCursor;
import dev.errand.store.EventLoss;
import dev.errand.store.EventPage;
import dev.errand.store.format.EventDecoder;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Reads the events, which are one stream, 0. An event's position is that of the commit's row and the place in it. A cursor is the last row that was
 * passed, or a row and how many of its events were.
 */
final class EventLog {
    private static final String ROWS = """
            select position, at, node, body
              from event
             where position >= ?
             order by position
             limit ?
            """;
    private static final int COMMITS = 16;
    private static final String LAST = "select position from event order by position desc limit 1";
    /** Also if none is left. */
    private static final String NEWEST = "select coalesce(max(seq), 0) from sqlite_sequence where name = 'event'";

    private static final String LOST = """
            select coalesce(sum(events - iif(position = ?1, ?2, 0)), 0), coalesce(max(position), 0)
              from event_gone
             where position > ?1 or (position = ?1 and ?2 > 0)
            """;

    private static final long STREAM = 0;
    static final String NEXT =
            "select position, at from event where position > ? and position <= ? order by position limit 1";
    private static final String TASKS = "select number, id from task";

    private record Row(long position, long at, long node, byte[] body) {
        static Row of(ResultSet row) throws SQLException {
            return new Row(row.getLong(1), row.getLong(2), row.getLong(3), row.getBytes(4));
        }

        List<Event> events(IntFunction<String> tasks) {
            return new EventDecoder(body, position, at, node, tasks).events();
        }
    }

    private record Commit(long position, long at) {}

    private EventLog() {}

    static EventPage after(Database database, EventCursor after, int limit) throws SQLException {
        Map<Integer, String> tasks = new HashMap<>();
        List<Event> events = new ArrayList<>();
        List<EventPage.Commit> commits = new ArrayList<>();
        EventCursor.Place place = place(after);
        long row = place.before() + 1;
        long bytes = 0;
        boolean more = true;
        while (more && events.size() < limit && bytes < EventPage.MUCH) {
            List<Row> rows = database.sql(ROWS).set(row).set(COMMITS).list(Row::of);
            more = rows.size() == COMMITS;
            for (int i = 0; i < rows.size() && events.size() < limit && bytes < EventPage.MUCH; i++) {
                Row commit = rows.get(i);
                row = commit.position() + 1;
                bytes += commit.body().length;
                int skipped = commit.position() == place.position() ? place.within() : 0;
                List<Event> all = events(database, commit, tasks);
                if (skipped < all.size()) {
                    events.addAll(all.subList(skipped, all.size()));
                    commits.add(new EventPage.Commit(STREAM, commit.position(), skipped, all.size() - skipped));
                }
            }
        }
        return new EventPage(
                events,
                commits.isEmpty() ? after : cursor(row - 1),
                commits,
                more || events.size() >= limit || bytes >= EventPage.MUCH);
    }

    private static EventCursor.Place place(EventCursor cursor) {
        return cursor.places().getOrDefault(STREAM, new EventCursor.Place(0, 0));
    }

    static EventCursor cursor(EventCursor.Place place) {
        return EventCursor.of(Map.of(STREAM, place));
    }

    private static EventCursor cursor(long row) {
        return row == 0 ? EventCursor.START : cursor(new EventCursor.Place(row, 0));
    }

    /** A task that is not known has all tasks read: after the events, so that then all of theirs are known. */
    private static List<Event> events(Database database, Row row, Map<Integer, String> tasks) throws SQLException {
        AtomicBoolean unknown = new AtomicBoolean();
        List<Event> events = row.events(number -> {
            @Nullable String id = tasks.get(number);
            unknown.compareAndSet(false, id == null);
            return id == null ? "?" : id;
        });
        if (!unknown.get()) {
            return events;
        }
        database.sql(TASKS).each(task -> tasks.put(task.getInt(1), task.getString(2)));
        return row.events(number -> tasks.getOrDefault(number, "?"));
    }

    static EventCursor last(Database database) throws SQLException {
        return cursor(database.sql(NEWEST).number());
    }

    static EventLoss lost(Database database, EventCursor after) throws SQLException {
        EventCursor.Place place = place(after);
        if (place.position() == 0) {
            return new EventLoss(0, after);
        }
        return database.sql(LOST)
                .set(place.position())
                .set((long) place.within())
                .first(row -> row.getLong(1) == 0
                        ? new EventLoss(0, after)
                        : new EventLoss(row.getLong(1), cursor(row.getLong(2))))
                .orElseThrow();
    }

    /** Looks for it in the middle of where it may be, again and again: the times are in the order of the positions. */
    static EventCursor at(Database database, long at) throws SQLException {
        long before = 0;
        long last = database.sql(LAST).number();
        while (before < last) {
            long middle = before + (last - before) / 2;
            @Nullable Commit next = next(database, middle, last);
            if (next != null && next.at() < at) {
                before = next.position();
            } else {
                last = middle;
            }
        }
        return cursor(before);
    }

    private static @Nullable Commit next(Database database, long after, long last) throws SQLException {
        return database.sql(NEXT)
                .set(after)
                .set(last)
                .first(row -> new Commit(row.getLong(1), row.getLong(2)))
                .orElse(null);
    }
}
