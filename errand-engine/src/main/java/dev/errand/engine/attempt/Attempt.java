package dev.errand.engine.attempt;

import dev.errand.ClaimLostException;
import dev.errand.Failure;
import dev.errand.FailureKind;
import dev.errand.Retry;
import dev.errand.RetryDecision;
import dev.errand.Task;
import dev.errand.TaskHooks;
import dev.errand.Timeout;
import dev.errand.TimeoutFrom;
import dev.errand.engine.record.Next;
import dev.errand.engine.record.Outcome;
import dev.errand.engine.record.Transitions;
import dev.errand.engine.time.Alarm;
import dev.errand.store.Claim;
import dev.errand.store.Receipt;
import dev.errand.store.Report;
import java.lang.reflect.Type;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One try at a run: decode → body → encode, on a thread of its own, and exactly one report of what came of it.
 *
 * <p>The report is made by whoever comes first: the end of the body, its timeout, the end of the grace after a cancel, or the
 * engine's close. Whoever comes later finds the attempt settled and reports nothing. The slot stays taken until the body has
 * really ended (it lingers), so concurrency is never exceeded.
 */
public final class Attempt implements Runnable {
    /** How long a cancelled body may take to stop. */
    static final Duration GRACE = Duration.ofSeconds(30);

    /** Who may write about the run: all, the body alone because its transaction may end it, nobody any more. */
    private enum Phase {
        OPEN,
        COMPLETING,
        SETTLED
    }

    private static final ThreadLocal<Boolean> INSIDE = new ThreadLocal<>();

    private final Claim claim;
    private final Task<?, ?> task;
    private final Surroundings with;
    private final Consumer<Attempt> ended;
    private final AttemptContext context;
    private final AtomicReference<@Nullable Stop> stop = new AtomicReference<>();
    private final AtomicReference<Phase> phase = new AtomicReference<>(Phase.OPEN);
    private final double random = ThreadLocalRandom.current().nextDouble();
    private volatile @Nullable Thread thread;
    private volatile @Nullable Lifecycle lifecycle;
    private volatile Instant startedAt = Instant.MIN;
    private volatile long startedNanos;
    private volatile boolean bodyEnded;

    /**
     * Prepares an attempt.
     *
     * @param ended called once, on the attempt's thread, when its body has really ended
     */
    public Attempt(Claim claim, Task<?, ?> task, Surroundings with, Consumer<Attempt> ended) {
        this.claim = claim;
        this.task = task;
        this.with = with;
        this.ended = ended;
        this.context = new AttemptContext(this, task.id());
    }

    /** Whether the calling thread is a task's body. */
    public static boolean isInside() {
        return INSIDE.get() != null;
    }

    public Claim claim() {
        return claim;
    }

    /** Whether it asked for a thread of the operating system. */
    public boolean wantsPlatformThread() {
        return task.options().platformThread();
    }

    Surroundings surroundings() {
        return with;
    }

    Instant now() {
        return with.clock().instant().truncatedTo(ChronoUnit.MICROS);
    }

    long startedNanos() {
        return startedNanos;
    }

    boolean isStopping() {
        return stop.get() != null;
    }

    /** Whether it does not matter any more what the body does. */
    boolean isGivenUp() {
        return isStopping() && !(stop.get() instanceof Stop.ShutDown);
    }

    /** Hooks are around the body from now on. */
    void began(Lifecycle hooks) {
        lifecycle = hooks;
    }

    /** The task's policy. */
    Retry retry() {
        return Objects.requireNonNull(task.options().retry(), "set when the task was registered");
    }

    @Override
    public void run() {
        thread = Thread.currentThread();
        try {
            Outcome before = mayStart();
            if (before != null) {
                settle(before);
            } else {
                settle(attempt());
            }
        } catch (RuntimeException | Error e) { // ours, not the body's; the run must not hang for it
            Failure failure = Failures.failure(FailureKind.HANDLER, e, claim.attempt(), now());
            settle(new Outcome.Threw(failure, RetryDecision.abort()));
        } finally {
            bodyEnded = true;
            ended.accept(this);
        }
    }

    /** What is checked once more at the start, since the claim may have waited; null if the body may start. */
    private @Nullable Outcome mayStart() {
        int allowed = task.options().redeliveries();
        if (claim.redeliveries() > allowed) {
            return new Outcome.DiedTooOften(claim.redeliveries());
        }
        Instant expiresAt = claim.expiresAt();
        if (expiresAt != null && !now().isBefore(expiresAt)) {
            return new Outcome.Expired("it had not started by " + expiresAt);
        }
        if (stop.get() != null) {
            return stopped();
        }
        return null;
    }

    private Outcome attempt() {
        startedAt = now();
        startedNanos = System.nanoTime();
        if (isDangerous() && !startIsRecorded()) {
            return new Outcome.GivenBack();
        }
        with.sweeper().started(this);
        Alarm.@Nullable Appointment timeout = armTimeout();
        INSIDE.set(true);
        try {
            Outcome outcome = new Body(this, task, context).run();
            return stop.get() instanceof Stop.Cancelled || stop.get() instanceof Stop.OutOfTime ? stopped() : outcome;
        } finally {
            INSIDE.remove();
            Lifecycle hooks = lifecycle;
            if (hooks != null) {
                hooks.ended();
            }
            context.giveLocksBack();
            if (timeout != null) {
                timeout.cancel();
            }
        }
    }

    /** Whether this start must be known even if the process dies of it: it did so before, perhaps, or the body must not repeat. */
    private boolean isDangerous() {
        return claim.suspect() || task.options().redeliveries() == 0;
    }

    private boolean startIsRecorded() {
        CompletableFuture<Receipt> receipt = new CompletableFuture<>();
        with.recorder().record(new Report.Started(claim, startedAt), receipt::complete);
        if (receipt.join() == Receipt.LOST) {
            lose();
            return false;
        }
        return true;
    }

    /** What is wrong if it is larger than what is kept; null if it is not. */
    @Nullable
    String tooLarge(byte[] output) {
        Notes notes = context.notes();
        long bytes = output.length + (notes == null ? 0 : notes.emittedBytes());
        return bytes <= with.maxOutput()
                ? null
                : "The output has %,d bytes; at most %,d are kept. Write large data elsewhere and return where it is"
                        .formatted(bytes, with.maxOutput());
    }

    /** What comes of it since it was asked to stop. */
    Outcome stopped() {
        return switch (stop.get()) {
            case Stop.Cancelled(var reason) -> new Outcome.Stopped(reason);
            case Stop.OutOfTime(var limit) -> new Outcome.Overran(limit);
            case null, default -> new Outcome.GivenBack();
        };
    }

    // ── the end

    /** Reports what came of it, unless somebody did. */
    private void settle(Outcome outcome) {
        if (phase.getAndSet(Phase.SETTLED) != Phase.SETTLED) {
            report(outcome);
        }
    }

    /** The same, although the body has not ended; left to its end if its transaction may hold the run, lest all wait for that. */
    private void settleFromOutside(Outcome outcome) {
        if (phase.compareAndSet(Phase.OPEN, Phase.SETTLED)) {
            report(outcome);
        }
    }

    private void report(Outcome outcome) {
        recordNotes();
        Instant now = now();
        Next next = next(outcome, now);
        with.recorder().record(next.report(claim, started(), now), receipt -> {
            heard(receipt);
            if (next instanceof Next.Retry retrying) {
                with.wakeAt().accept(retrying.dueAt());
            }
        });
    }

    private Next next(Outcome outcome, Instant now) {
        Retry retry = outcome instanceof Outcome.Threw(var failure, RetryDecision.With(var other)) ? other : retry();
        int maxAttempts = maxAttempts(retry);
        try {
            return Transitions.after(outcome, claim.attempt(), maxAttempts, retry, now, random);
        } catch (RuntimeException e) { // a decision that makes no sense; the run must not hang for it
            return new Next.Fail(
                    Failures.failure(FailureKind.HANDLER, e, claim.attempt(), now), claim.attempt() < maxAttempts);
        }
    }

    private int maxAttempts(Retry retry) {
        Integer own = claim.options().maxAttempts();
        return own != null ? own : retry.attempts();
    }

    /** Whether no attempt follows such an outcome by itself. */
    boolean isLast(Outcome.Threw outcome) {
        return next(outcome, now()) instanceof Next.Fail;
    }

    /** What a hook is told that is to decide about an error. */
    TaskHooks.FailedAttempt failed(Throwable error) {
        Retry retry = retry();
        boolean follows = retry.automatic() && claim.attempt() < maxAttempts(retry);
        Duration delay = retry.delayAfter(claim.attempt(), random);
        return new TaskHooks.FailedAttempt(
                error, claim.attempt(), retry, follows ? Optional.of(delay) : Optional.empty());
    }

    private @Nullable Instant started() {
        return startedAt.equals(Instant.MIN) ? null : startedAt;
    }

    private void heard(Receipt receipt) {
        if (receipt == Receipt.LOST && phase.get() != Phase.COMPLETING) { // or the body has ended it itself, perhaps
            lose();
        }
    }

    // ── an end in a transaction of the body's, see Completion

    /** From here until the body ends nobody else writes about this run, lest they wait for the body's transaction. */
    Report.Ended completing(byte[] output) {
        phase.compareAndSet(Phase.OPEN, Phase.COMPLETING);
        if (phase.get() == Phase.SETTLED) {
            throw new ClaimLostException(claim.run());
        }
        return new Next.Complete(output).report(claim, started(), now());
    }

    @Nullable
    Notes notes() {
        return context.notes();
    }

    void notCompleting() {
        phase.compareAndSet(Phase.COMPLETING, Phase.OPEN);
    }

    Type outputType() {
        return task.outputType();
    }

    // ── what others may ask, from any thread

    /** Tells the store that the body is at it; called by the sweeper. */
    void recordStart() {
        if (phase.get() == Phase.OPEN) {
            with.recorder().record(new Report.Started(claim, startedAt), this::heard);
        }
    }

    /** Brings what the body noted to the store, unless the body is about to do so itself. */
    void flush() {
        if (phase.get() != Phase.COMPLETING) {
            recordNotes();
        }
    }

    private void recordNotes() {
        Notes notes = context.notes();
        if (notes == null) {
            return;
        }
        synchronized (notes) { // who takes what was noted first, brings it first
            Report.Noted report = notes.drain(claim);
            if (report != null && !(stop.get() instanceof Stop.Lost)) { // of a lost run all is dropped
                with.recorder().record(report, receipt -> {
                    notes.confirmed(report);
                    heard(receipt);
                });
            }
        }
    }

    /** Asks the body to stop for good. If it has not after the grace, its run ends CANCELED all the same. */
    public void cancel(String reason) {
        if (stop.compareAndSet(null, new Stop.Cancelled(reason))) {
            Lifecycle hooks = lifecycle;
            if (hooks != null && !bodyEnded) {
                hooks.cancelled();
            }
            interrupt();
            with.alarm().at(now().plus(GRACE), () -> settleFromOutside(new Outcome.Stopped(reason)));
        }
    }

    /** Asks the body to stop because the engine closes. */
    public void shutDown() {
        if (stop.compareAndSet(null, new Stop.ShutDown())) {
            interrupt();
        }
    }

    /** Gives the run back although the body has not stopped: the engine closes and cannot wait longer. */
    public void abandon() {
        settleFromOutside(new Outcome.GivenBack());
    }

    /** The run is no longer this node's. */
    public void lose() {
        phase.set(Phase.SETTLED);
        stop.set(new Stop.Lost());
        interrupt();
    }

    private void overrun(Duration limit) {
        if (phase.get() != Phase.SETTLED && stop.compareAndSet(null, new Stop.OutOfTime(limit))) {
            settleFromOutside(new Outcome.Overran(limit));
            interrupt();
        }
    }

    private void interrupt() {
        Thread body = thread;
        if (body != null && !bodyEnded) {
            body.interrupt();
        }
    }

    private Alarm.@Nullable Appointment armTimeout() {
        Timeout own = task.options().timeout();
        Duration limit = claim.options().timeout() != null ? claim.options().timeout() : own.limit();
        if (limit == null) {
            return null;
        }
        TimeoutFrom from =
                claim.options().timeoutFrom() != null ? claim.options().timeoutFrom() : own.from();
        boolean fromCreation = from == TimeoutFrom.CREATION && claim.attempt() == 1;
        Instant deadline = (fromCreation ? claim.dueAt() : startedAt).plus(limit);
        return with.alarm().at(deadline, () -> overrun(limit));
    }
}
