package dev.errand.store.sqlite;

import dev.errand.Event;
import dev.errand.store.EventCursor;
import dev.errand.store.EventPage;
import dev.errand.store.format.EventDecoder;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the events. An event's position is that of the commit's row and the place in it. */
final class EventLog {
    private static final String ROWS = """
            select position, at, node, events, body
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

    private record Commit(long position, long at) {}

    private EventLog() {}

    static EventPage after(Database database, EventCursor after, int limit) throws SQLException {
        Map<Integer, String> tasks = new HashMap<>();
        List<Event> events = new ArrayList<>();
        long row = row(after) + 1;
        long bytes = 0;
        boolean more = true;
        while (more && events.size() < limit && bytes < EventPage.MUCH) {
            List<EventDecoder> commits = commits(database, row, tasks);
            more = commits.size() == COMMITS;
            for (int i = 0; i < commits.size() && events.size() < limit && bytes < EventPage.MUCH; i++) {
                row = commits.get(i).position() + 1;
                bytes += commits.get(i).bytes();
                events.addAll(commits.get(i).events());
            }
        }
        return new EventPage(events, cursor(row - 1), more || events.size() >= limit || bytes >= EventPage.MUCH);
    }

    private static EventCursor cursor(long row) {
        return row == 0 ? EventCursor.START : new EventCursor(Long.toString(row));
    }

    private static long row(EventCursor cursor) {
        return cursor.equals(EventCursor.START) ? 0 : Long.parseLong(cursor.text());
    }

    private static List<EventDecoder> commits(Database database, long from, Map<Integer, String> tasks)
            throws SQLException {
        List<EventDecoder> commits = database.sql(ROWS)
                .set(from)
                .set(COMMITS)
                .list(row -> new EventDecoder(
                        row.getBytes(5),
                        row.getLong(1),
                        row.getLong(2),
                        row.getLong(3),
                        number -> name(tasks, number)));
        if (tasks.isEmpty() && !commits.isEmpty()) {
            // Read after the events, so that it knows all their tasks.
            database.sql(TASKS).each(row -> tasks.put(row.getInt(1), row.getString(2)));
        }
        return commits;
    }

    private static String name(Map<Integer, String> tasks, int number) {
        @Nullable String id = tasks.get(number);
        return id == null ? "?" : id;
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
