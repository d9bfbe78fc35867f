package dev.errand.server.runs;

import dev.errand.BatchId;
import dev.errand.Machine;
import dev.errand.RunQuery;
import dev.errand.RunState;
import dev.errand.server.call.Problem;
import dev.errand.server.call.Query;
import dev.errand.server.wire.CreatedRange;
import dev.errand.server.wire.CursorPage;
import dev.errand.server.wire.KnownFilters;
import dev.errand.server.wire.RunMembers;
import dev.errand.server.wire.WireStatus;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Which runs a list is asked for. */
public final class RunFilter {
    private static final String STATUS = "filter[status]";
    private static final String TASK = "filter[taskIdentifier]";
    private static final String TAG = "filter[tag]";
    private static final String TEST = "filter[isTest]";
    private static final String QUEUE = "filter[queue]";
    private static final String VERSION = "filter[version]";
    private static final String MACHINE = "filter[machine]";
    private static final String BATCH = "filter[batch]";
    private static final String SCHEDULE = "filter[schedule]";
    private static final String ENVIRONMENT = "filter[env]";

    /** What no run here has: whoever asks for some of it finds none. */
    private static final Set<String> OF_NONE = Set.of("filter[region]", "filter[bulkAction]");

    private static final Set<String> OWN = Set.of(STATUS, TASK, TAG, TEST, QUEUE, VERSION, MACHINE, BATCH, SCHEDULE);

    /** Of lists of all runs. */
    public static final RunFilter ALL = new RunFilter(Set.of());

    /** Of lists of a project's, which may say of which environment as well. */
    static final RunFilter OF_PROJECT = new RunFilter(Set.of(ENVIRONMENT));

    private final KnownFilters known;

    private RunFilter(Set<String> more) {
        known = new KnownFilters("runs", OWN, OF_NONE, more, CursorPage.NAMES, CreatedRange.NAMES);
    }

    /** Null if no run can be meant. */
    public @Nullable RunQuery query(Query asked, Instant now) {
        known.check(asked);
        CursorPage page = CursorPage.read(asked);
        RunQuery query = RunQuery.all()
                .tasks(texts(asked, TASK))
                .tags(texts(asked, TAG))
                .queues(texts(asked, QUEUE))
                .versions(texts(asked, VERSION))
                .machines(machines(asked))
                .cancelsAtOnce()
                .limit(page.size())
                .after(page.after());
        query = page.before() == null ? query : query.before(page.before());
        query = created(tests(query, asked), CreatedRange.read(asked, now));
        Set<RunState> states = states(asked);
        boolean stateless = states.isEmpty() && !asked.list(STATUS).isEmpty();
        query = maker(query.states(states.toArray(RunState[]::new)), asked);
        return stateless || isOfNone(asked) ? null : query;
    }

    private static String[] texts(Query asked, String name) {
        return asked.list(name).toArray(String[]::new);
    }

    private static boolean isOfNone(Query asked) {
        List<String> environments = asked.list(ENVIRONMENT);
        return OF_NONE.stream().anyMatch(name -> asked.text(name) != null)
                || (!environments.isEmpty() && !environments.contains(RunMembers.ENVIRONMENT));
    }

    private static Set<RunState> states(Query asked) {
        return each(asked, STATUS, WireStatus::named).stream()
                .flatMap(status -> status.states().stream())
                .collect(Collectors.toSet());
    }

    private static Machine[] machines(Query asked) {
        return each(asked, MACHINE, Machine::parse).toArray(Machine[]::new);
    }

    private static <T> List<T> each(Query asked, String name, Function<String, T> read) {
        try {
            return asked.list(name).stream().map(read).toList();
        } catch (IllegalArgumentException e) {
            throw Problem.malformed(name, String.valueOf(e.getMessage()));
        }
    }

    /** By what triggered them. Null if no run can be meant: what is no batch's id is none of a batch that there is. */
    private static @Nullable RunQuery maker(RunQuery query, Query asked) {
        String schedule = asked.text(SCHEDULE);
        RunQuery scheduled = schedule == null ? query : query.schedule(schedule);
        String batch = asked.text(BATCH);
        try {
            return batch == null ? scheduled : scheduled.batch(BatchId.of(batch));
        } catch (IllegalArgumentException e) {
            return null;
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
