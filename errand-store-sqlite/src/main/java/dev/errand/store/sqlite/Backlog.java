package dev.errand.store.sqlite;

import dev.errand.store.limits.Lines;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * At which places runs may be claimable: at least all where some are. So runs of tasks that no node here knows cost a claim nothing,
 * however many there are, and a claim with nothing to find is not even tried. Nor is one at a place whose limits let nothing through,
 * until something has changed.
 */
final class Backlog {
    /** Skips from place to place in the index of what is claimable. */
    private static final String SCAN = """
            with recursive waiting(line) as (
                select min(line) from live where state = 1 and claim is null
                union all
                select (select min(line) from live where state = 1 and claim is null
                           and line > max(waiting.line, case when waiting.line >= 1 << 40 then waiting.line | ((1 << 40) - 1) else 0 end))
                  from waiting
                 where waiting.line is not null
            )
            select line from waiting where line is not null
            """;

    private final TreeSet<Integer> places = new TreeSet<>();
    private final Set<Integer> blocked = new HashSet<>();
    private long lookAt = Long.MAX_VALUE;

    void load(Database database) throws SQLException {
        places.clear();
        unblock();
        database.sql(SCAN).each(row -> places.add(Lines.place(row.getLong(1))));
    }

    /** A run in this line may have become claimable. */
    void add(long line) {
        places.add(Lines.place(line));
        blocked.remove(Lines.place(line));
    }

    /** All claimable runs of this place were taken. */
    void emptied(int place) {
        places.remove(place);
    }

    /** The limits let nothing through there. */
    void block(int place) {
        blocked.add(place);
    }

    /** A rate lets something through then, in microseconds, if nothing else does before. */
    void lookAt(long time) {
        lookAt = Math.min(lookAt, time);
    }

    long lookAt() {
        return lookAt;
    }

    /** The limits may let something through that they did not before. */
    void unblock() {
        blocked.clear();
        lookAt = Long.MAX_VALUE;
    }

    boolean hasAnyOf(Collection<Integer> known) {
        for (Integer place : places) {
            if (known.contains(place) && !blocked.contains(place)) {
                return true;
            }
        }
        return false;
    }

    List<Integer> all() {
        return List.copyOf(places);
    }

    /** Those of the places that may have some, in order of their numbers. */
    Set<Integer> of(Collection<Integer> known) {
        TreeSet<Integer> both = new TreeSet<>(places);
        both.retainAll(known);
        both.removeAll(blocked);
        return both;
    }
}
