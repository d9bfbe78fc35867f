package dev.errand.store.sqlite;

import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which tasks may have claimable runs: at least all that do. So runs of tasks that no node here knows cost a claim nothing,
 * however many there are, and a claim with nothing to find is not even tried.
 */
final class Backlog {
    /** Skips from task to task in the index of what is claimable. */
    private static final String SCAN = """
            with recursive waiting(task) as (
                select min(task) from live where state = 1 and claim is null
                union all
                select (select min(task) from live where state = 1 and claim is null and task > waiting.task)
                  from waiting
                 where waiting.task is not null
            )
            select task from waiting where task is not null
            """;

    private final TreeSet<Integer> tasks = new TreeSet<>();

    void load(Database database) throws SQLException {
        tasks.clear();
        database.sql(SCAN).each(row -> tasks.add(row.getInt(1)));
    }

    /** A run of this task may have become claimable. */
    void add(int task) {
        tasks.add(task);
    }

    /** All claimable runs of this task were taken. */
    void emptied(int task) {
        tasks.remove(task);
    }

    boolean hasAnyOf(Collection<Integer> known) {
        for (Integer task : tasks) {
            if (known.contains(task)) {
                return true;
            }
        }
        return false;
    }

    List<Integer> all() {
        return List.copyOf(tasks);
    }

    /** Those of the tasks that may have some, in order of their numbers. */
    Set<Integer> of(Collection<Integer> known) {
        TreeSet<Integer> both = new TreeSet<>(tasks);
        both.retainAll(known);
        return both;
    }
}
