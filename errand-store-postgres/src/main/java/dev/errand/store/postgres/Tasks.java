package dev.errand.store.postgres;

import dev.errand.store.TaskEntry;
import dev.errand.store.format.Documents;
import dev.errand.store.format.JsonReader;
import dev.errand.store.format.Times;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.List;

/** The definitions of tasks. */
final class Tasks {
    private static final String DECLARE = """
            insert into errand.task (key, id, aliases, definition, declared) values (?, ?, ?, ?, ?)
                on conflict (key) do update
               set id = excluded.id, aliases = excluded.aliases, definition = excluded.definition,
                   declared = excluded.declared, removed = false
            """;
    private static final String REMOVE =
            "update errand.task set removed = true where key = ? and not removed returning aliases";

    /** Not where the former id is a task of its own again. */
    private static final String REMOVE_ALIAS =
            "update errand.task set removed = true where key = ? and definition is null and not removed";

    private static final String RESTORE_ALIAS =
            "update errand.task set removed = false where key = ? and definition is null and removed";

    private static final String ALL = """
            select id, aliases, definition, declared
              from errand.task
             where definition is not null and not removed
             order by key collate "C"
            """;

    private Tasks() {}

    static int declare(Tx tx, List<TaskEntry> tasks) throws SQLException {
        // In one order, so that nodes that start together do not lock each other out.
        List<TaskEntry> sorted = tasks.stream()
                .sorted(Comparator.comparing(task -> TaskNumbers.key(task.id())))
                .toList();
        for (TaskEntry task : sorted) {
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
        changed(tx);
        return tasks.size();
    }

    static boolean remove(Tx tx, String id) throws SQLException {
        List<List<String>> aliases =
                tx.sql(REMOVE).set(TaskNumbers.key(id)).list(row -> JsonReader.texts(row.getString(1)));
        for (List<String> ofTask : aliases) {
            for (String alias : ofTask) {
                tx.sql(REMOVE_ALIAS).set(TaskNumbers.key(alias)).update();
            }
        }
        if (!aliases.isEmpty()) {
            changed(tx);
        }
        return !aliases.isEmpty();
    }

    /** Tasks that are known again may have runs that wait, and those of removed ones are to end. */
    private static void changed(Tx tx) {
        tx.tell(Notice.TASKS);
        tx.tell(Notice.OLD_WORK);
        tx.tell(Notice.REQUESTS);
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
