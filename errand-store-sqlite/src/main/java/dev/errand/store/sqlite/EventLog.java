package dev.errand.store.sqlite;

import dev.errand.Event;
import dev.errand.store.EventCursor;
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
 * Reads the events. An event's position is that of the commit's row and the place in it. A cursor is the last row that was passed, as in {@code 17}; or
 * a row and how many of its events were, as in {@code 17/3}.
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
        Place place = Place.of(after);
        long row = place.within() > 0 ? place.row() : place.row() + 1;
        long bytes = 0;
        boolean more = true;
        while (more && events.size() < limit && bytes < EventPage.MUCH) {
            List<Row> rows = database.sql(ROWS).set(row).set(COMMITS).list(Row::of);
            more = rows.size() == COMMITS;
            for (int i = 0; i < rows.size() && events.size() < limit && bytes < EventPage.MUCH; i++) {
                Row commit = rows.get(i);
                row = commit.position() + 1;
                bytes += commit.body().length;
                int skipped = commit.position() == place.row() ? place.within() : 0;
                List<Event> all = events(database, commit, tasks);
                if (skipped < all.size()) {
                    events.addAll(all.subList(skipped, all.size()));
                    commits.add(new EventPage.Commit(0, commit.position(), skipped, all.size() - skipped));
                }
            }
        }
        return new EventPage(
                events,
                commits.isEmpty() ? after : cursor(row - 1),
                commits,
                more || events.size() >= limit || bytes >= EventPage.MUCH);
    }

    /**
     * A cursor's.
     *
     * @param within 0 if all of the row was passed
     */
    record Place(long row, int within) {
        static Place of(EventCursor cursor) {
            if (cursor.equals(EventCursor.START)) {
                return new Place(0, 0);
            }
            int slash = cursor.text().indexOf('/');
            return slash < 0
                    ? new Place(Long.parseLong(cursor.text()), 0)
                    : new Place(
                            Long.parseLong(cursor.text().substring(0, slash)),
                            Integer.parseInt(cursor.text().substring(slash + 1)));
        }

        EventCursor cursor() {
            return within == 0 ? EventLog.cursor(row) : new EventCursor(row + "/" + within);
        }
    }

    private static EventCursor cursor(long row) {
        return row == 0 ? EventCursor.START : new EventCursor(Long.toString(row));
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
        return cursor(database.sql(LAST).number());
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
