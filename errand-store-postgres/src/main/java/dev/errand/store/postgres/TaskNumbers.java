package dev.errand.store.postgres;

import java.sql.SQLException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The tasks' numbers, which stand for their ids in all tables; this process's copy of a small table. Any thread. */
final class TaskNumbers {
    private static final String ALL = "select number, key, id, removed from errand.task";
    private static final String INSERT = "insert into errand.task (key, id) values (?, ?) on conflict (key) do nothing";

    /** A copy of the table; never changed. */
    private record Known(Map<String, Integer> numbers, Map<Integer, String> ids, Set<Integer> removed, long version) {}

    private volatile Known known = new Known(Map.of(), Map.of(), Set.of(), 0);

    /** Reads them anew. */
    synchronized void load(Database database) throws SQLException {
        Map<String, Integer> numbers = new HashMap<>();
        Map<Integer, String> ids = new HashMap<>();
        Set<Integer> removed = new HashSet<>();
        database.sql(ALL).each(row -> {
            int number = row.getInt(1);
            numbers.put(row.getString(2), number);
            ids.put(number, row.getString(3));
            if (row.getBoolean(4)) {
                removed.add(number);
            }
        });
        known = new Known(numbers, ids, removed, known.version() + 1);
    }

    /** Changes whenever what is known changes. */
    long version() {
        return known.version();
    }

    /** Null for a text that is no task's id yet. */
    @Nullable
    Integer find(String text) {
        Map<String, Integer> numbers = known.numbers();
        Integer exact = numbers.get(text);
        return exact != null ? exact : numbers.get(key(text));
    }

    /**
     * The task's number, a new one if nobody spoke of it before.
     *
     * @param database outside a transaction: a number is known to all before anything refers to it
     */
    int of(Database database, String text) throws SQLException {
        Integer number = find(text);
        if (number == null) {
            database.sql(INSERT).set(key(text)).set(text).update();
            load(database);
            number = find(text);
        }
        if (number == null) {
            throw new IllegalStateException("the task '" + text + "' was not stored");
        }
        return number;
    }

    /** The task's id; read anew if the number is a new one. */
    String id(Database database, int number) throws SQLException {
        if (!known.ids().containsKey(number)) {
            load(database);
        }
        return known.ids().getOrDefault(number, "?");
    }

    boolean isRemoved(int number) {
        return known.removed().contains(number);
    }

    Set<Integer> removed() {
        return known.removed();
    }

    static String key(String id) {
        return id.toLowerCase(Locale.ROOT);
    }
}
