package dev.errand.store.postgres;

import dev.errand.QueueNotFoundException;
import dev.errand.store.NewRun;
import dev.errand.store.format.LimitsText;
import dev.errand.store.limits.Place;
import dev.errand.store.limits.Rules;
import dev.errand.store.limits.Scope;
import dev.errand.store.sql.Sql;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The tables of queues and their limits, and of the places where runs wait. */
final class RuleTables {
    static final String VERSION = "select version from errand.rules";
    static final String CHANGED = "update errand.rules set version = version + 1";
    static final String SCOPES = "select number, name, limits, override, paused from errand.queue";
    private static final String PLACES = "select number, task, queue, keyed from errand.task_queue";

    /** The rules have another version with it: there is a trigger for that. In one order, so that nodes do not lock each other out. */
    private static final String ADD_PLACES = """
            insert into errand.task_queue (number, task, queue, keyed)
            select nextval('errand.task_queue_number'), u.task, u.queue, u.keyed
              from (select * from unnest(?::int[], ?::int[], ?::boolean[]) n(task, queue, keyed) order by task, queue) u
                on conflict do nothing
            """;

    private static final String KEYED = """
            insert into errand.task_queue (number, task, queue, keyed)
            select u.number, u.task, u.queue, true
              from unnest(?::int[], ?::int[], ?::bigint[]) u(number, task, queue)
             order by u.number
                on conflict (number) do update set keyed = true
             where not task_queue.keyed
            """;

    /** So many in one transaction: each of them writes the version anew. */
    private static final int TOGETHER = 500;

    /** Of a task in a queue. */
    private record NewPlace(int task, int queue) {}

    private RuleTables() {}

    static Rules load(Database database, Map<String, Integer> tasks) throws SQLException {
        long version = database.sql(VERSION).number(); // first: what is read after it may be newer, never older
        List<Scope> scopes = database.sql(SCOPES).list(RuleTables::scope);
        List<Place> places = database.sql(PLACES).list(RuleTables::place);
        return new Rules(version, scopes, places, id -> tasks.get(TaskNumbers.key(id)));
    }

    static Scope scope(ResultSet row) throws SQLException {
        return new Scope(
                row.getInt(1),
                row.getString(2),
                LimitsText.read(row.getString(3)),
                LimitsText.readNullable(row.getString(4)),
                row.getBoolean(5));
    }

    private static Place place(ResultSet row) throws SQLException {
        Long queue = Sql.nullable(row, 3);
        return new Place(row.getInt(1), row.getInt(2), queue == null ? null : queue.intValue(), row.getBoolean(4));
    }

    /** Sees to it that runs like these have lines: each step a transaction of its own, before anything refers to them. */
    static void addPlaces(Database database, TaskNumbers numbers, List<NewRun> runs) throws SQLException {
        numbers.load(database); // others may have added them
        addMissing(database, numbers, runs);
        numbers.load(database);
        if (addKeyed(database, numbers, runs)) {
            numbers.load(database);
        }
    }

    private static void addMissing(Database database, TaskNumbers numbers, List<NewRun> runs) throws SQLException {
        Map<NewPlace, Boolean> missing = new LinkedHashMap<>();
        for (NewRun run : runs) {
            Integer task = numbers.find(run.task());
            String name = run.options().queue();
            if (task != null && name != null) {
                Scope queue = queue(numbers, name);
                if (numbers.rules().place(task, queue.number()) == null) {
                    boolean keyed = run.options().concurrencyKey() != null;
                    missing.merge(new NewPlace(task, queue.number()), keyed, Boolean::logicalOr);
                }
            }
        }
        List<NewPlace> places = List.copyOf(missing.keySet());
        for (int from = 0; from < places.size(); from += TOGETHER) {
            List<NewPlace> some = places.subList(from, Math.min(places.size(), from + TOGETHER));
            database.sql(ADD_PLACES)
                    .setObject(database.array("int4", Columns.ints(some, NewPlace::task)))
                    .setObject(database.array("int4", Columns.ints(some, NewPlace::queue)))
                    .setObject(database.array("bool", Columns.flags(some, place -> missing.getOrDefault(place, false))))
                    .update();
        }
    }

    /** Answers whether there were any. */
    private static boolean addKeyed(Database database, TaskNumbers numbers, List<NewRun> runs) throws SQLException {
        Set<Place> places = new LinkedHashSet<>();
        for (NewRun run : runs) {
            Integer task = numbers.find(run.task());
            String name = run.options().queue();
            if (task != null && run.options().concurrencyKey() != null) {
                Place place = name == null
                        ? numbers.rules().place(task)
                        : numbers.rules().place(task, queue(numbers, name).number());
                if (place != null && !place.keyed()) {
                    places.add(place);
                }
            }
        }
        List<Place> all = List.copyOf(places);
        for (int from = 0; from < all.size(); from += TOGETHER) {
            List<Place> some = all.subList(from, Math.min(all.size(), from + TOGETHER));
            database.sql(KEYED)
                    .setObject(database.array("int4", Columns.ints(some, Place::number)))
                    .setObject(database.array("int4", Columns.ints(some, Place::task)))
                    .setObject(database.array("int8", Columns.nullable(some, RuleTables::queueOf)))
                    .update();
        }
        return !all.isEmpty();
    }

    private static @Nullable Long queueOf(Place place) {
        Integer queue = place.queue();
        return queue == null ? null : (Long) (long) queue;
    }

    private static Scope queue(TaskNumbers numbers, String name) {
        Scope queue = numbers.rules().find(name);
        if (queue == null || queue.isOfTask()) {
            throw new QueueNotFoundException(name);
        }
        return queue;
    }
}
