package dev.errand;

import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Which runs to list, newest first unless {@link #byStage()} is asked for. Filters of one kind are joined by or, different kinds by and; an empty filter lets all pass.
 * Unknown names give an empty list. Immutable; each method returns a changed copy.
 *
 * @param tasks task ids, ignoring case
 * @param names run names, exactly
 * @param tags tags, exactly; one of them suffices
 * @param queues queues in which they wait or waited, ignoring case; {@code task/} and the id of a task for the line that it has for itself
 * @param machines machines that their attempts take: the trigger's, or what their task says today where the trigger says nothing
 * @param versions versions of the code, exactly, on the nodes that hold or ended them
 * @param parent only what the body of this run triggered; null for all
 * @param root only what is below this run: what its body triggered, what the bodies of those did, and so on; nothing if it has a parent
 *     itself; null for all
 * @param batch only what was triggered in this batch; null for all
 * @param schedule only what the schedule with this {@linkplain ScheduleInfo#id() id} triggered; null for all
 * @param test only those of which the trigger said that they are tests, or only the others; null for all
 * @param createdFrom not triggered before
 * @param createdUntil triggered before
 * @param canceledAtOnce whether what is asked to stop, and has not yet, counts as CANCELED where states are asked for
 * @param active only the active view: runs that have not ended, ended within the last 60 s, or FAILED with attempts left
 * @param staged whether they come by stage, see {@link #byStage()}
 * @param limit runs on a page, from 1 to 1000
 * @param cursor where the page before ended; null for the first
 * @param before where the page after began, to go back: beside it there is no cursor, and no order by stage; null to go on
 */
public record RunQuery(
        List<RunId> ids,
        List<String> tasks,
        List<String> names,
        Set<RunState> states,
        List<String> tags,
        List<String> queues,
        List<Machine> machines,
        List<String> versions,
        @Nullable RunId parent,
        @Nullable RunId root,
        @Nullable BatchId batch,
        @Nullable String schedule,
        @Nullable Boolean test,
        @Nullable Instant createdFrom,
        @Nullable Instant createdUntil,
        boolean canceledAtOnce,
        boolean active,
        boolean staged,
        int limit,
        @Nullable String cursor,
        @Nullable String before) {

    private static final RunQuery ALL = new RunQuery(
            List.of(), List.of(), List.of(), Set.of(), List.of(), List.of(), List.of(), List.of(), null, null, null,
            null, null, null, null, false, false, false, 100, null, null);

    public RunQuery {
        ids = List.copyOf(ids);
        tasks = List.copyOf(tasks);
        names = List.copyOf(names);
        states = Set.copyOf(states);
        tags = List.copyOf(tags);
        queues = List.copyOf(queues);
        machines = List.copyOf(machines);
        versions = List.copyOf(versions);
        if (before != null && staged) {
            throw new IllegalArgumentException("runs that come by stage are listed onward only");
        }
        if (limit < 1 || limit > 1000) {
            throw new IllegalArgumentException("limit is " + limit + "; a page has 1 to 1000 runs");
        }
    }

    /** All runs in the store, a hundred to a page. */
    public static RunQuery all() {
        return ALL;
    }

    public RunQuery ids(RunId... ids) {
        return with(draft -> draft.ids = List.of(ids));
    }

    public RunQuery tasks(String... tasks) {
        return with(draft -> draft.tasks = List.of(tasks));
    }

    public RunQuery names(String... names) {
        return with(draft -> draft.names = List.of(names));
    }

    public RunQuery states(RunState... states) {
        return with(draft -> draft.states = Set.of(states));
    }

    public RunQuery tags(String... tags) {
        return with(draft -> draft.tags = List.of(tags));
    }

    /** Only what waits or waited in these queues; {@code task/} and the id of a task names the line that it has for itself. */
    public RunQuery queues(String... queues) {
        return with(draft -> draft.queues = List.of(queues));
    }

    /** Only what takes one of these machines, be it that the trigger said so or the task. */
    public RunQuery machines(Machine... machines) {
        return with(draft -> draft.machines = List.of(machines));
    }

    /** Only what nodes with one of these versions of the code hold or ended; see {@link RunInfo#version}. */
    public RunQuery versions(String... versions) {
        return with(draft -> draft.versions = List.of(versions));
    }

    /** Only the children of this run. */
    public RunQuery parent(RunId parent) {
        return with(draft -> draft.parent = Objects.requireNonNull(parent));
    }

    /** Only what is below this run, which has no parent: the whole tree but itself. */
    public RunQuery root(RunId root) {
        return with(draft -> draft.root = Objects.requireNonNull(root));
    }

    /** Only the runs of this batch. */
    public RunQuery batch(BatchId batch) {
        return with(draft -> draft.batch = Objects.requireNonNull(batch));
    }

    /** Only what this schedule triggered by itself or by hand. */
    public RunQuery schedule(String id) {
        return with(draft -> draft.schedule = Objects.requireNonNull(id));
    }

    /** Only tests, or only what is none. */
    public RunQuery test(boolean test) {
        return with(draft -> draft.test = test);
    }

    public RunQuery createdFrom(Instant instant) {
        return with(draft -> draft.createdFrom = Objects.requireNonNull(instant));
    }

    public RunQuery createdUntil(Instant instant) {
        return with(draft -> draft.createdUntil = Objects.requireNonNull(instant));
    }

    /** What is asked to stop counts as CANCELED from then on, as users may be told, not as what it is until it has stopped. */
    public RunQuery cancelsAtOnce() {
        return with(draft -> draft.canceledAtOnce = true);
    }

    /** Only what is going on now. */
    public RunQuery onlyActive() {
        return with(draft -> draft.active = true);
    }

    /**
     * First what has ended, then what executes, what waits for a retry, what waits in the midst of its body, and last what has yet to start
     * (queued or delayed); newest first within each. Runs that change their stage between two pages may be on both or on neither.
     */
    public RunQuery byStage() {
        return with(draft -> draft.staged = true);
    }

    /** Newest first: takes {@link #byStage()} back. */
    public RunQuery newestFirst() {
        return with(draft -> draft.staged = false);
    }

    public RunQuery limit(int limit) {
        return with(draft -> draft.limit = limit);
    }

    /** The page after the one that gave this cursor as its {@link Page#next()}; the first for null. */
    public RunQuery after(@Nullable String cursor) {
        return with(draft -> {
            draft.cursor = cursor;
            draft.before = null;
        });
    }

    /**
     * The page before the one that gave this cursor as its {@link Page#previous()}: the runs that are just newer, the newest first as ever.
     * Not {@link #byStage()}.
     */
    public RunQuery before(String cursor) {
        return with(draft -> {
            draft.cursor = null;
            draft.before = Objects.requireNonNull(cursor);
        });
    }

    private RunQuery with(Consumer<Draft> change) {
        Draft draft = new Draft(this);
        change.accept(draft);
        return draft.query();
    }

    /** A query in the making. */
    private static final class Draft {
        private List<RunId> ids;
        private List<String> tasks;
        private List<String> names;
        private Set<RunState> states;
        private List<String> tags;
        private List<String> queues;
        private List<Machine> machines;
        private List<String> versions;
        private @Nullable RunId parent;
        private @Nullable RunId root;
        private @Nullable BatchId batch;
        private @Nullable String schedule;
        private @Nullable Boolean test;
        private @Nullable Instant createdFrom;
        private @Nullable Instant createdUntil;
        private boolean canceledAtOnce;
        private boolean active;
        private boolean staged;
        private int limit;
        private @Nullable String cursor;
        private @Nullable String before;

        Draft(RunQuery from) {
            ids = from.ids;
            tasks = from.tasks;
            names = from.names;
            states = from.states;
            tags = from.tags;
            queues = from.queues;
            machines = from.machines;
            versions = from.versions;
            parent = from.parent;
            root = from.root;
            batch = from.batch;
            schedule = from.schedule;
            test = from.test;
            createdFrom = from.createdFrom;
            createdUntil = from.createdUntil;
            canceledAtOnce = from.canceledAtOnce;
            active = from.active;
            staged = from.staged;
            limit = from.limit;
            cursor = from.cursor;
            before = from.before;
        }

        RunQuery query() {
            return new RunQuery(
                    ids,
                    tasks,
                    names,
                    states,
                    tags,
                    queues,
                    machines,
                    versions,
                    parent,
                    root,
                    batch,
                    schedule,
                    test,
                    createdFrom,
                    createdUntil,
                    canceledAtOnce,
                    active,
                    staged,
                    limit,
                    cursor,
                    before);
        }
    }
}
