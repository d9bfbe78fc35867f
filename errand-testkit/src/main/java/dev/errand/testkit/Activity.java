package dev.errand.testkit;

import dev.errand.Errand;
import dev.errand.EventFilter;
import dev.errand.Json;
import dev.errand.Page;
import dev.errand.RunId;
import dev.errand.RunInfo;
import dev.errand.RunNotFoundException;
import dev.errand.RunQuery;
import dev.errand.RunState;
import dev.errand.ScheduleInfo;
import dev.errand.ScheduleQuery;
import dev.errand.Step;
import dev.errand.StepState;
import dev.errand.Subscription;
import dev.errand.TokenId;
import dev.errand.TokenNotFoundException;
import dev.errand.TokenState;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What is going on in an engine: looks when an event says that something changed, never just because time passed; but where there are
 * schedules, of which one may fire without triggering a run, so that nothing tells of it.
 */
final class Activity implements AutoCloseable {
    private static final long GLANCE = TimeUnit.MILLISECONDS.toNanos(10);
    private static final Pattern RUN = Pattern.compile("run_[0-9a-z]{26}");
    private static final Pattern TOKEN = Pattern.compile("token_[0-9a-z]{26}");
    private static final JsonMapper MAPPER = new JsonMapper();

    private final Errand errand;
    private final Clock clock;
    private final Subscription subscription;
    private volatile boolean anySchedules;
    private long changes;

    Activity(Errand errand, Clock clock) {
        this.errand = errand;
        this.clock = clock;
        this.subscription = errand.on(EventFilter.all(), event -> changed());
    }

    private synchronized void changed() {
        changes++;
        notifyAll();
    }

    private synchronized long changes() {
        return changes;
    }

    /** Waits for a condition that only events and schedules can make true; answers whether it came true in time. */
    boolean await(BooleanSupplier condition, Duration patience) throws InterruptedException {
        long end = System.nanoTime() + patience.toNanos();
        while (true) {
            long before = changes();
            if (condition.getAsBoolean()) {
                return true;
            }
            if (!changedSince(before, end)) {
                return condition.getAsBoolean();
            }
        }
    }

    private synchronized boolean changedSince(long before, long end) throws InterruptedException {
        while (changes == before) {
            long left = end - System.nanoTime();
            if (left <= 0) {
                return false;
            }
            TimeUnit.NANOSECONDS.timedWait(this, anySchedules ? Math.min(left, GLANCE) : left);
            if (anySchedules) {
                return true;
            }
        }
        return true;
    }

    /**
     * Whether every run has ended or waits for a time to come. Asked in the order of a run's life, so that none slips by; what changes
     * during the look may have been missed by it, so that another is needed.
     */
    boolean isIdle() {
        long before = changes();
        return !dueIsReached()
                && nobodyWorks()
                && !isAnyWoken()
                && nobodyWorks() // who was woken meanwhile does
                && changes() == before;
    }

    private boolean nobodyWorks() {
        return errand.runs(working().limit(1)).items().isEmpty();
    }

    /** Whether there is a run for which all has happened that it waits for, and that nobody has let go on yet. */
    private boolean isAnyWoken() {
        return all(RunQuery.all().states(RunState.WAITING)).stream().anyMatch(this::isWoken);
    }

    private boolean isWoken(RunInfo run) {
        List<Step> waiting = awaits(run);
        return waiting.stream()
                .anyMatch(step -> isForSignal(step) ? isThere(run, step.name()) : isOver(step, waiting.size() > 1));
    }

    private static boolean isForSignal(Step step) {
        return step.result() != null && step.result().text().startsWith("{\"signal\"");
    }

    private boolean isThere(RunInfo run, String signal) {
        try {
            return errand.run(run.id()).signals().stream()
                    .anyMatch(sent -> sent.name().equals(signal));
        } catch (RunNotFoundException e) { // it was deleted meanwhile
            return false;
        }
    }

    /** Whether it is something else than a time that the run waits for, or one of its branches. */
    boolean waitsForOthers(RunInfo run) {
        return run.state() == RunState.WAITING && !awaits(run).isEmpty();
    }

    /** What it waits for, or its branches do, where no time says when that ends. */
    private List<Step> awaits(RunInfo run) {
        List<Step> waiting = steps(run).stream()
                .filter(step -> step.state() == StepState.WAITING)
                .toList();
        boolean branches = waiting.stream().anyMatch(step -> step.within() != null);
        Instant latest =
                waiting.stream().map(Step::startedAt).max(Instant::compareTo).orElse(Instant.MAX);
        return waiting.stream()
                .filter(step -> branches || !step.startedAt().isBefore(latest))
                .filter(step -> step.endedAt() == null)
                .toList();
    }

    private List<Step> steps(RunInfo run) {
        try {
            return errand.run(run.id()).steps();
        } catch (RunNotFoundException e) { // it was deleted meanwhile
            return List.of();
        }
    }

    /** @param any whether of several runs the first counts, since others wait beside it */
    private boolean isOver(Step step, boolean any) {
        String ids = step.result() == null ? "" : step.result().text();
        if (ids.startsWith("[{")) { // what a condition has read
            return MAPPER.readTree(ids).valueStream().anyMatch(this::isChanged);
        }
        RunId[] runs = found(RUN, ids).map(RunId::of).toArray(RunId[]::new);
        boolean runsHaveEnded = runs.length == 0 || haveEnded(all(RunQuery.all().ids(runs)), any);
        return runsHaveEnded && found(TOKEN, ids).map(TokenId::of).noneMatch(this::isPending);
    }

    private static boolean haveEnded(List<RunInfo> runs, boolean any) {
        return any
                ? runs.stream().anyMatch(run -> run.state().isTerminal())
                : runs.stream().allMatch(run -> run.state().isTerminal());
    }

    /** Whether a value is another one than a condition has read, or a run has ended since. Who waits for events is woken when they were read. */
    private boolean isChanged(JsonNode read) {
        if (read.has("event")) {
            return false;
        }
        if (read.has("run")) {
            return hasEnded(
                    RunId.of(read.get("run").stringValue()), read.path("ended").asString(""));
        }
        String name = read.get("name").stringValue();
        return errand.value(name, Json.class).info().version()
                != read.get("version").longValue();
    }

    /** @param seen when it had ended by then; empty if it had not */
    private boolean hasEnded(RunId run, String seen) {
        try {
            Instant now = errand.run(run).info().endedAt();
            return now != null && !now.toString().equals(seen);
        } catch (RunNotFoundException e) { // it was deleted meanwhile
            return true;
        }
    }

    private boolean isPending(TokenId token) {
        try {
            return errand.tokens().get(token).state() == TokenState.PENDING;
        } catch (TokenNotFoundException e) { // it was deleted meanwhile, with the run
            return false;
        }
    }

    private static Stream<String> found(Pattern pattern, String text) {
        return pattern.matcher(text).results().map(MatchResult::group);
    }

    private boolean dueIsReached() {
        Instant now = clock.instant();
        return nextDue().filter(due -> !due.isAfter(now)).isPresent();
    }

    /** When the next run is due that is DELAYED, RETRYING or WAITING, or the next schedule. */
    Optional<Instant> nextDue() {
        List<ScheduleInfo> schedules = schedules();
        anySchedules = !schedules.isEmpty();
        List<Instant> dues = new ArrayList<>();
        for (RunInfo run : all(RunQuery.all().states(RunState.DELAYED, RunState.RETRYING, RunState.WAITING))) {
            add(dues, run.dueAt());
        }
        schedules.forEach(schedule -> add(dues, schedule.next()));
        return dues.stream().min(Comparator.naturalOrder());
    }

    private static void add(List<Instant> dues, @Nullable Instant due) {
        if (due != null) {
            dues.add(due);
        }
    }

    private List<ScheduleInfo> schedules() {
        List<ScheduleInfo> found = new ArrayList<>();
        ScheduleQuery query = ScheduleQuery.all().limit(1000);
        Page<ScheduleInfo> page = errand.schedules().list(query);
        found.addAll(page.items());
        while (page.cursor() != null) {
            page = errand.schedules().list(query.after(page.cursor()));
            found.addAll(page.items());
        }
        return found;
    }

    /** The runs that keep the engine from being idle, newest first, at most a few. */
    List<RunInfo> busy() {
        return errand.runs(working().limit(10)).items();
    }

    private static RunQuery working() {
        return RunQuery.all().states(RunState.QUEUED, RunState.EXECUTING);
    }

    private List<RunInfo> all(RunQuery query) {
        List<RunInfo> found = new ArrayList<>();
        Page<RunInfo> page = errand.runs(query.limit(1000));
        found.addAll(page.items());
        while (page.cursor() != null) {
            page = errand.runs(query.limit(1000).after(page.cursor()));
            found.addAll(page.items());
        }
        return found;
    }

    @Override
    public void close() {
        subscription.close();
    }
}
