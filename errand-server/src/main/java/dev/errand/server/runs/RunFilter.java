package dev.errand.server.runs;

import dev.errand.RunQuery;
import dev.errand.RunState;
import dev.errand.server.call.Problem;
import dev.errand.server.call.Query;
import dev.errand.server.wire.WireStatus;
import dev.errand.server.wire.WireTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Which runs a list is asked for. What it cannot be asked for is refused, so that nobody takes all runs for some. */
final class RunFilter {
    private static final String STATUS = "filter[status]";
    private static final String TASK = "filter[taskIdentifier]";
    private static final String TAG = "filter[tag]";
    private static final String TEST = "filter[isTest]";
    private static final String FROM = "filter[createdAt][from]";
    private static final String TO = "filter[createdAt][to]";
    private static final String PERIOD = "filter[createdAt][period]";
    private static final String SIZE = "page[size]";
    static final String AFTER = "page[after]";
    private static final Set<String> KNOWN = Set.of(STATUS, TASK, TAG, TEST, FROM, TO, PERIOD, SIZE, AFTER);

    private static final int PAGE = 25;
    private static final int LARGEST_PAGE = 100;

    private RunFilter() {}

    /** Null if no run can be meant. */
    static @Nullable RunQuery query(Query asked, Instant now) {
        refuseOthers(asked);
        Set<RunState> states = states(asked);
        if ((states.isEmpty() && !asked.list(STATUS).isEmpty()) || areTests(asked)) {
            return null;
        }
        RunQuery query = RunQuery.all()
                .states(states.toArray(RunState[]::new))
                .tasks(asked.list(TASK).toArray(String[]::new))
                .tags(asked.list(TAG).toArray(String[]::new))
                .limit(asked.number(SIZE, 1, LARGEST_PAGE, PAGE));
        return within(after(query, asked), asked, now);
    }

    private static void refuseOthers(Query asked) {
        for (String name : asked.names()) {
            if (!KNOWN.contains(name) && (name.startsWith("filter[") || name.startsWith("page["))) {
                throw Problem.malformed(name, "runs cannot be listed by that");
            }
        }
    }

    private static Set<RunState> states(Query asked) {
        List<String> names = asked.list(STATUS);
        try {
            return names.stream()
                    .flatMap(name -> WireStatus.named(name).states().stream())
                    .collect(Collectors.toSet());
        } catch (IllegalArgumentException e) {
            throw Problem.malformed(STATUS, String.valueOf(e.getMessage()));
        }
    }

    /** No run is a test. */
    private static boolean areTests(Query asked) {
        return asked.text(TEST) != null
                && switch (String.valueOf(asked.text(TEST))) {
                    case "true" -> true;
                    case "false" -> false;
                    default -> throw Problem.malformed(TEST, "true or false is needed");
                };
    }

    private static RunQuery after(RunQuery query, Query asked) {
        String cursor = asked.text(AFTER);
        return cursor == null ? query : query.after(cursor);
    }

    private static RunQuery within(RunQuery query, Query asked, Instant now) {
        Instant from = asked.read(FROM, WireTime::instant);
        Duration period = asked.read(PERIOD, WireTime::duration);
        Instant to = asked.read(TO, WireTime::instant);
        if (from == null && period != null) {
            from = now.minus(period);
        }
        RunQuery later = from == null ? query : query.createdFrom(from);
        // Inclusive, to the millisecond that clients count in.
        return to == null ? later : later.createdUntil(to.plusMillis(1));
    }
}
