package dev.errand.testkit;

import dev.errand.EffectValidation;
import dev.errand.Errand;
import dev.errand.ErrandBuilder;
import dev.errand.Run;
import dev.errand.RunInfo;
import dev.errand.RunState;
import dev.errand.Task;
import java.time.Duration;
import java.time.Instant;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A real engine for tests, on a store in memory and a clock that the test sets: delays and retries take no time.
 *
 * <pre>{@code
 * try (var test = TestErrand.open(GREET)) {
 *     assertEquals("Hello Ada", test.run(GREET, "Ada"));
 * }
 * }</pre>
 *
 * <p>What waits, waits for at most 60 s of real time and then fails with an {@link AssertionError} that says what was still going on.
 * {@link #close} interrupts bodies that run.
 */
public final class TestErrand implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int CONCURRENCY = 4;

    private final SettableClock clock;
    private final Errand errand;
    private final Activity activity;

    private TestErrand(SettableClock clock, Errand errand) {
        this.clock = clock;
        this.errand = errand;
        this.activity = new Activity(errand, clock);
    }

    /** An engine that has these tasks and makes four attempts at a time. */
    public static TestErrand open(Task<?, ?>... tasks) {
        return open(settings -> settings.tasks(tasks));
    }

    /**
     * The same, and executes each body twice: one that does something else the second time, as it might after a crash or a wait, fails its
     * run. See {@link EffectValidation}.
     */
    public static TestErrand strict(Task<?, ?>... tasks) {
        return open(settings -> settings.tasks(tasks).effectValidation(EffectValidation.ENABLED));
    }

    /**
     * An engine with settings of the test's choice.
     *
     * @param change called once with settings that say: a store in memory, four attempts at a time, no waiting for bodies at the
     *     end. The clock is the kit's own whatever they say
     */
    public static TestErrand open(Consumer<ErrandBuilder> change) {
        return open(new SettableClock(), change);
    }

    /** As {@link #open(Consumer)}, with a clock that several engines may share. */
    public static TestErrand open(SettableClock clock, Consumer<ErrandBuilder> change) {
        ErrandBuilder settings = Errand.builder()
                .store("jdbc:sqlite::memory:")
                .concurrency(CONCURRENCY)
                .drain(Duration.ZERO);
        change.accept(settings);
        return new TestErrand(clock, settings.clock(clock).open());
    }

    public Errand errand() {
        return errand;
    }

    public SettableClock clock() {
        return clock;
    }

    /**
     * Triggers a run and brings it to its end, moving the clock through its retries.
     *
     * @return the output
     * @throws dev.errand.RunFailedException if it ended unsuccessfully
     */
    public <P extends @Nullable Object, O extends @Nullable Object> O run(Task<P, O> task, P payload)
            throws InterruptedException {
        return finish(errand.trigger(task, payload)).await(Duration.ZERO);
    }

    /** Brings a run to its end, moving the clock to its start if it is delayed, and through its retries. */
    public <O extends @Nullable Object> Run<O> finish(Run<O> run) throws InterruptedException {
        RunInfo info = atRest(run);
        while (!info.state().isTerminal()) {
            Instant due = activity.waitsForOthers(info) ? activity.nextDue().orElse(null) : info.dueAt();
            if (due != null && due.isAfter(clock.instant())) {
                clock.set(due);
            }
            info = atRest(run);
        }
        return run;
    }

    private RunInfo atRest(Run<?> run) throws InterruptedException {
        await(() -> isAtRest(run.info()), run + " goes on");
        return run.info();
    }

    private boolean isAtRest(RunInfo run) {
        if (activity.waitsForOthers(run)) {
            return isStill();
        }
        Instant due = run.dueAt();
        boolean waits =
                run.state() == RunState.DELAYED || run.state() == RunState.RETRYING || run.state() == RunState.WAITING;
        return run.state().isTerminal() || (waits && due != null && due.isAfter(clock.instant()));
    }

    /** Whether nothing happens before the clock is moved, but something does then. */
    private boolean isStill() {
        return activity.isIdle() && activity.nextDue().isPresent();
    }

    /** Waits until a run is in a state, for example until its body runs: {@code EXECUTING}. */
    public void until(Run<?> run, RunState state) throws InterruptedException {
        await(() -> run.state() == state, run + " does not become " + state);
    }

    /**
     * Waits until every run has ended or waits for a time to come, and every schedule that was due has fired. Runs that handlers of events trigger count from when they are
     * stored, runs that wait in a condition for events from when they are woken, which is a moment after the events.
     */
    public void runUntilIdle() throws InterruptedException {
        await(activity::isIdle, "The engine does not become idle");
    }

    /**
     * Moves the clock forward, stopping whenever a delayed, retrying or waiting run or a schedule is due, and waits each time until the engine is idle.
     * To end a body by its timeout, move {@link #clock()} instead.
     */
    public void advance(Duration by) throws InterruptedException {
        Instant target = clock.instant().plus(by);
        runUntilIdle();
        Instant next = activity.nextDue().orElse(Instant.MAX);
        while (next.isBefore(target)) {
            clock.set(next);
            runUntilIdle();
            next = activity.nextDue().orElse(Instant.MAX);
        }
        clock.set(target);
        runUntilIdle();
    }

    private void await(BooleanSupplier condition, String otherwise) throws InterruptedException {
        if (!activity.await(condition, PATIENCE)) {
            String busy = activity.busy().stream()
                    .map(run -> run.id() + " of task " + run.task() + " is " + run.state())
                    .collect(Collectors.joining(", "));
            throw new AssertionError(
                    otherwise + ", after " + PATIENCE.toSeconds() + " s" + (busy.isEmpty() ? "" : "; " + busy));
        }
    }

    @Override
    public void close() {
        activity.close();
        errand.close();
    }
}
