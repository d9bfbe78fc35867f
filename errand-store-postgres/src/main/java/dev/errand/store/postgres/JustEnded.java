package dev.errand.store.postgres;

import dev.errand.Event;
import dev.errand.RunId;
import dev.errand.RunState;
import dev.errand.store.format.EventDecoder;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Finds the runs that have just ended, by the events that say so: there is no index by the time of the end. */
final class JustEnded {
    private static final int MOST_EVENTS = 10_000;
    private static final int MOST_COMMITS = 2_000;

    private static final String COMMITS = """
            select e.stream, e.position, e.at, e.node, e.events, case when e.events <= ? then e.body end
              from (%s) s
             cross join lateral (
                 select *
                   from errand.event
                  where %s
                  order by stream desc, position desc
                  limit ?) e
             where e.at > ?
            """.formatted(EventLog.STREAMS, EventLog.OF_STREAM);

    private final TreeSet<RunId> ended = new TreeSet<>(Comparator.reverseOrder());
    private final Map<Long, Integer> commits = new HashMap<>();
    private long events;

    private JustEnded() {}

    /** A walk over them; null if they are not worth being picked, since they are most of the newest. */
    static @Nullable Walk since(Database database, long at) throws SQLException {
        JustEnded justEnded = new JustEnded();
        database.sql(COMMITS)
                .set((long) MOST_EVENTS)
                .set((long) MOST_COMMITS)
                .set(at)
                .each(justEnded::add);
        return justEnded.areTooMany() ? null : Walk.over(List.copyOf(justEnded.ended));
    }

    private void add(ResultSet row) throws SQLException {
        commits.merge(row.getLong(1), 1, Integer::sum);
        events += row.getLong(5);
        if (!areTooMany()) {
            EventDecoder commit =
                    new EventDecoder(row.getBytes(6), row.getLong(2), row.getLong(3), row.getLong(4), task -> "");
            collect(commit);
        }
    }

    private boolean areTooMany() {
        return events > MOST_EVENTS || commits.values().stream().anyMatch(count -> count == MOST_COMMITS);
    }

    private void collect(EventDecoder commit) {
        for (Event event : commit.events()) {
            RunState to = event.to();
            if (to != null && to.isTerminal()) {
                ended.add(event.run());
            }
        }
    }
}
