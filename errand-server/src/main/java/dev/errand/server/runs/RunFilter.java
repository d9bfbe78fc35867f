package dev.errand.server.runs;

import dev.errand.RunQuery;
import dev.errand.RunState;
import dev.errand.server.call.Problem;
import dev.errand.server.call.Query;
import dev.errand.server.wire.CreatedRange;
import dev.errand.server.wire.CursorPage;
import dev.errand.server.wire.KnownFilters;
import dev.errand.server.wire.WireStatus;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Which runs a list is asked for. */
final class RunFilter {
    private static final String STATUS = "filter[status]";
    private static final String TASK = "filter[taskIdentifier]";
    private static final String TAG = "filter[tag]";
    private static final String TEST = "filter[isTest]";
    private static final KnownFilters KNOWN = new KnownFilters(
            "runs", Set.of(STATUS, TASK, TAG, TEST, CursorPage.SIZE, CursorPage.AFTER), CreatedRange.NAMES);

    private RunFilter() {}

    /** Null if no run can be meant. */
    static @Nullable RunQuery query(Query asked, Instant now) {
        KNOWN.check(asked);
        Set<RunState> states = states(asked);
        if (states.isEmpty() && !asked.list(STATUS).isEmpty()) {
            return null;
        }
        CursorPage page = CursorPage.read(asked);
        RunQuery query = RunQuery.all()
                .states(states.toArray(RunState[]::new))
                .tasks(asked.list(TASK).toArray(String[]::new))
                .tags(asked.list(TAG).toArray(String[]::new))
                .limit(page.size())
                .after(page.after());
        return created(tests(query, asked), CreatedRange.read(asked, now));
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

    private static RunQuery tests(RunQuery query, Query asked) {
        String text = asked.text(TEST);
        return text == null
                ? query
                : switch (text) {
                    case "true" -> query.test(true);
                    case "false" -> query.test(false);
                    default -> throw Problem.malformed(TEST, "true or false is needed");
                };
    }

    private static RunQuery created(RunQuery query, CreatedRange created) {
        RunQuery later = created.from() == null ? query : query.createdFrom(created.from());
        return created.until() == null ? later : later.createdUntil(created.until());
    }
}
