package dev.errand.store.postgres;

import dev.errand.store.NewRun;
import dev.errand.store.RunOptions;
import dev.errand.store.limits.Lines;
import dev.errand.store.limits.Place;
import dev.errand.store.limits.Rules;
import dev.errand.store.limits.Scope;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The tasks' numbers, which stand for their ids in all tables, and the queues with their limits; this process's copy of small tables. Any
 * thread.
 */
final class TaskNumbers {
    private static final String ALL = "select number, key, id, removed from errand.task";
    private static final String INSERT = "insert into errand.task (key, id) values (?, ?) on conflict (key) do nothing";

    /** A copy of the table; never changed. */
    private record Known(
            Map<String, Integer> numbers, Map<Integer, String> ids, Set<Integer> removed, Rules rules, long version) {
        boolean says(Known other) {
            return rules.says(other.rules)
                    && removed.equals(other.removed)
                    && ids.equals(other.ids)
                    && numbers.equals(other.numbers);
        }
    }

    private volatile Known known = new Known(Map.of(), Map.of(), Set.of(), Rules.NONE, 0);

    /** Reads them anew. If nothing has changed, what is known stays the same object: who looked by it need not look again. */
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
        Rules rules = RuleTables.load(database, numbers);
        Known read = new Known(numbers, ids, removed, rules, known.version() + 1);
        if (!read.says(known)) {
            known = read;
        }
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

    Rules rules() {
        return known.rules();
    }

    /** In which line a run waits; null if that has no number yet. */
    @Nullable
    Long line(String task, RunOptions options) {
        Known now = known;
        Integer number = find(task);
        if (number == null || (options.queue() == null && options.concurrencyKey() == null)) {
            return number == null ? null : (Long) (long) number;
        }
        Place place;
        if (options.queue() == null) {
            place = now.rules().place(number);
        } else {
            Scope queue = now.rules().find(options.queue());
            place = queue == null ? null : now.rules().place(number, queue.number());
        }
        return place == null || (options.concurrencyKey() != null && !place.keyed())
                ? null
                : (Long) Lines.of(place.number(), Lines.key(options.concurrencyKey()));
    }

    /**
     * Gives numbers to the tasks of these runs and to the places where they will wait, as far as they have none, in one pass: for each step
     * all that is known is read anew.
     *
     * @param database outside a transaction: a number is known to all before anything refers to it
     * @return whether there were any
     * @throws dev.errand.QueueNotFoundException if nobody declared a queue
     */
    boolean learn(Database database, List<NewRun> runs) throws SQLException {
        List<NewRun> unknown = withoutLine(runs);
        if (unknown.isEmpty()) {
            return false;
        }
        for (NewRun run : unknown) {
            of(database, run.task());
        }
        List<NewRun> withoutPlace = withoutLine(unknown);
        if (!withoutPlace.isEmpty()) {
            RuleTables.addPlaces(database, this, withoutPlace);
        }
        if (!withoutLine(withoutPlace).isEmpty()) {
            throw new IllegalStateException(
                    "the line of task '" + withoutPlace.getFirst().task() + "' was not stored");
        }
        return true;
    }

    private List<NewRun> withoutLine(List<NewRun> runs) {
        return runs.stream()
                .filter(run -> line(run.task(), run.options()) == null)
                .toList();
    }

    /** Which task's line it is, as far as is known here. */
    int taskOf(long line) {
        return known.rules().place(Lines.place(line)).task();
    }

    /** Which task's line it is; read anew if the line is a new one. */
    int taskOf(Database database, long line) throws SQLException {
        int place = Lines.place(line);
        if (place >= Lines.NAMED && taskOf(line) == place) {
            load(database);
        }
        return taskOf(line);
    }

    /** The task's id, as far as is known here. */
    @Nullable
    String id(int number) {
        return known.ids().get(number);
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
