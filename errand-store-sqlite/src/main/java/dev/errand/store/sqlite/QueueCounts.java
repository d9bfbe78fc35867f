package dev.errand.store.sqlite;

import dev.errand.QueueInfo;
import dev.errand.store.limits.Lines;
import dev.errand.store.limits.Place;
import dev.errand.store.limits.Rules;
import dev.errand.store.limits.Scope;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How many runs of queues execute and wait, as one look at the database tells. */
final class QueueCounts {
    private static final String WAITING = """
            select count(*)
              from (select 1
                      from live
                     where (line = ?1 or line between ?2 and ?3) and state = 1 and claim is null
                     limit 10000)
            """;
    private static final String HELD = "select count(*) from live where held = ?1 or held between ?2 and ?3";
    /** Where nothing is counted as it is claimed. Looks at all runs that have not ended. */
    private static final String CLAIMED = "select line, count(*) from live where claim is not null group by line";

    private static final String LINGERING = "select count(*) from lingering where line = ?1 or line between ?2 and ?3";

    private final Database database;
    private final Rules rules;
    private @Nullable Map<Integer, Integer> claimed;

    QueueCounts(Database database, Rules rules) {
        this.database = database;
        this.rules = rules;
    }

    QueueInfo info(Scope scope) throws SQLException {
        int claims = 0;
        int waiting = 0;
        int lingering = 0;
        for (Place place : rules.placesOf(scope)) {
            claims += rules.isPlain(place.number()) ? claimed(place) : (int) count(HELD, place);
            waiting += (int) count(WAITING, place);
            lingering += (int) count(LINGERING, place);
        }
        return new QueueInfo(
                scope.name(),
                scope.base(),
                scope.override(),
                scope.paused(),
                claims,
                Math.min(waiting, 10_000),
                lingering);
    }

    /** All of them are looked at once, and only if somebody asks. */
    private int claimed(Place plain) throws SQLException {
        Map<Integer, Integer> known = claimed;
        if (known == null) {
            Map<Integer, Integer> all = new HashMap<>();
            database.sql(CLAIMED).each(row -> all.merge(Lines.place(row.getLong(1)), row.getInt(2), Integer::sum));
            claimed = all;
            known = all;
        }
        return known.getOrDefault(plain.number(), 0);
    }

    private long count(String statement, Place place) throws SQLException {
        return database.sql(statement)
                .set((long) place.number())
                .set(Lines.firstKey(place.number()))
                .set(Lines.lastKey(place.number()))
                .number();
    }
}
