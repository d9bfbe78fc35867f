package dev.errand.store.sqlite;

import java.sql.SQLException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The tasks' numbers, which stand for their ids in all tables; the writer's copy of a small table. */
final class TaskNumbers {
    private static final String ALL = "select number, key, id, removed from task";
    private static final String INSERT = "insert into task (key, id) values (?, ?) returning number";

    private final Map<String, Integer> numbers = new HashMap<>();
    private final Map<Integer, String> ids = new HashMap<>();
    private final Set<Integer> removed = new HashSet<>();
    private long version;

    /** Reads them anew. */
    void load(Database database) throws SQLException {
        numbers.clear();
        ids.clear();
        removed.clear();
        version++;
        database.sql(ALL).each(row -> {
            int number = row.getInt(1);
            numbers.put(row.getString(2), number);
            ids.put(number, row.getString(3));
            if (row.getLong(4) != 0) {
                removed.add(number);
            }
        });
    }

    /** Changes whenever what is known changes. */
    long version() {
        return version;
    }

    int count() {
        return ids.size();
    }

    /** Null for a text that is no task's id yet. */
    @Nullable
    Integer find(String text) {
        Integer exact = numbers.get(text);
        return exact != null ? exact : numbers.get(key(text));
    }

    /** The task's number, a new one if nobody spoke of it before. */
    int of(Database database, String text) throws SQLException {
        Integer known = find(text);
        if (known != null) {
            return known;
        }
        int number = (int) database.sql(INSERT).set(key(text)).set(text).number();
        numbers.put(key(text), number);
        ids.put(number, text);
        version++;
        return number;
    }

    String id(int number) {
        return ids.getOrDefault(number, "?");
    }

    boolean isRemoved(int number) {
        return removed.contains(number);
    }

    Set<Integer> removed() {
        return removed;
    }

    static String key(String id) {
        return id.toLowerCase(Locale.ROOT);
    }
}
