package dev.errand.store.postgres;

import dev.errand.QueueNotFoundException;
import dev.errand.store.RunOptions;
import dev.errand.store.format.LimitsText;
import dev.errand.store.limits.Place;
import dev.errand.store.limits.Rules;
import dev.errand.store.limits.Scope;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;

/** The tables of queues and their limits, and of the places where runs wait. */
final class RuleTables {
    static final String VERSION = "select version from errand.rules";
    static final String CHANGED = "update errand.rules set version = version + 1";
    static final String SCOPES = "select number, name, limits, override, paused from errand.queue";
    private static final String PLACES = "select number, task, queue, keyed from errand.task_queue";

    /** The rules have another version with it: there is a trigger for that. */
    private static final String ADD_PLACE = """
            insert into errand.task_queue (number, task, queue) values (nextval('errand.task_queue_number'), ?, ?)
                on conflict do nothing
            """;

    private static final String KEYED = """
            insert into errand.task_queue (number, task, queue, keyed) values (?, ?, ?, true)
                on conflict (number) do update set keyed = true
             where not task_queue.keyed
            """;

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
        int queue = row.getInt(3);
        return new Place(row.getInt(1), row.getInt(2), row.wasNull() ? null : (Integer) queue, row.getBoolean(4));
    }

    /** Sees to it that runs like this have a line: each step a transaction of its own, before anything refers to it. */
    static void addPlace(Database database, TaskNumbers numbers, int task, RunOptions options) throws SQLException {
        numbers.load(database); // others may have added it
        Place place = options.queue() == null
                ? numbers.rules().place(task)
                : queuePlace(database, numbers, task, options.queue());
        if (options.concurrencyKey() != null && !place.keyed()) {
            Integer queue = place.queue();
            database.sql(KEYED)
                    .set((long) place.number())
                    .set((long) task)
                    .set(queue == null ? null : (Long) (long) queue)
                    .update();
            numbers.load(database);
        }
    }

    private static Place queuePlace(Database database, TaskNumbers numbers, int task, String name) throws SQLException {
        Scope queue = numbers.rules().find(name);
        if (queue == null || queue.isOfTask()) {
            throw new QueueNotFoundException(name);
        }
        Place place = numbers.rules().place(task, queue.number());
        if (place == null) {
            database.sql(ADD_PLACE).set((long) task).set((long) queue.number()).update();
            numbers.load(database);
            place = numbers.rules().place(task, queue.number());
        }
        if (place == null) {
            throw new IllegalStateException("the place of task " + task + " in queue " + name + " was not stored");
        }
        return place;
    }
}
