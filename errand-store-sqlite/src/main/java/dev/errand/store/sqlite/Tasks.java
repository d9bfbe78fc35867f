package dev.errand.store.sqlite;

import dev.errand.store.TaskEntry;
import dev.errand.store.format.Documents;
import dev.errand.store.format.JsonReader;
import dev.errand.store.format.Times;
import java.sql.SQLException;
import java.util.List;

/** The definitions of tasks. */
final class Tasks {
    private static final String DECLARE = """
            insert into task (key, id, aliases, definition, declared) values (?, ?, ?, ?, ?)
                on conflict (key) do update
               set id = excluded.id, aliases = excluded.aliases, definition = excluded.definition,
                   declared = excluded.declared, removed = 0
            """;
    private static final String REMOVE = "update task set removed = 1 where key = ? and removed = 0";
    private static final String ALIASES = "select aliases from task where key = ?";

    /** Not where the former id is a task of its own again. */
    private static final String REMOVE_ALIAS = "update task set removed = 1 where key = ? and definition is null";

    private static final String RESTORE_ALIAS = "update task set removed = 0 where key = ? and definition is null";

    private static final String ALL = """
            select id, aliases, definition, declared
              from task
             where definition is not null and removed = 0
             order by key
            """;

    private Tasks() {}

    static int declare(Tx tx, List<TaskEntry> tasks) throws SQLException {
        for (TaskEntry task : tasks) {
            tx.sql(DECLARE)
                    .set(TaskNumbers.key(task.id()))
                    .set(task.id())
                    .set(Documents.tags(task.aliases()))
                    .set(task.definition())
                    .set(Times.micros(task.declaredAt()))
                    .update();
            for (String alias : task.aliases()) {
                tx.sql(RESTORE_ALIAS).set(TaskNumbers.key(alias)).update();
            }
        }
        tx.reloadTasks();
        tx.wake();
        return tasks.size();
    }

    static int remove(Tx tx, String id) throws SQLException {
        String key = TaskNumbers.key(id);
        int removed = tx.sql(REMOVE).set(key).update();
        if (removed > 0) {
            List<String> aliases = tx.sql(ALIASES)
                    .set(key)
                    .first(row -> JsonReader.texts(row.getString(1)))
                    .orElse(List.of());
            for (String alias : aliases) {
                tx.sql(REMOVE_ALIAS).set(TaskNumbers.key(alias)).update();
            }
            tx.reloadTasks();
            tx.wake();
        }
        return removed;
    }

    static List<TaskEntry> all(Database database) throws SQLException {
        return database.sql(ALL)
                .list(row -> new TaskEntry(
                        row.getString(1),
                        JsonReader.texts(row.getString(2)),
                        row.getString(3),
                        Times.instant(row.getLong(4))));
    }
}
