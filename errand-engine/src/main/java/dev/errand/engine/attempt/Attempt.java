package dev.errand.engine.attempt;

import dev.errand.Failure;
import dev.errand.FailureKind;
import dev.errand.Machine;
import dev.errand.RetryDecision;
import dev.errand.Task;
import dev.errand.TaskOptions;
import dev.errand.engine.machine.Machines;
import dev.errand.engine.record.Outcome;
import dev.errand.engine.step.Bookmark;
import dev.errand.engine.step.Journal;
import dev.errand.engine.step.Places;
import dev.errand.engine.task.Isolation;
import dev.errand.engine.time.Alarm;
import dev.errand.store.Claim;
import dev.errand.store.Receipt;
import dev.errand.store.Report;
import java.lang.reflect.Type;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One try at a run: decode → body → encode, on a thread of its own, and exactly one report of what came of it, see
 * {@link Settlement}. The slot stays taken until the body has really ended (it lingers), so concurrency is never exceeded.
 */
public final class Attempt extends NodeScope implements Runnable {
    /** How long a cancelled body may take to stop. */
    static final Duration GRACE = Duration.ofSeconds(30);

    private final Task<?, ?> task;
    private final Consumer<Attempt> ended;
    private final AttemptNotes notes = new AttemptNotes(this);
    private final Verdicts verdicts;
    private final AttemptContext context;
    private final AtomicReference<@Nullable Stop> stop = new AtomicReference<>();
    private final Settlement settlement = new Settlement(this);
    private volatile @Nullable Thread thread;
    private volatile @Nullable Lifecycle lifecycle;
    private @Nullable IsolatedBody isolated;
    private final Resumption resumption = new Resumption(this);
    private volatile Instant startedAt = Instant.MIN;
    private volatile long startedNanos;
    private volatile boolean bodyEnded;

    /**
     * Prepares an attempt.
     *
     * @param ended called once, on the attempt's thread, when its body has really ended
     */
    public Attempt(Claim claim, Task<?, ?> task, Surroundings with, Consumer<Attempt> ended) {
        super(claim, with);
        this.task = task;
        this.ended = ended;
        this.verdicts = new Verdicts(
                Objects.requireNonNull(task.options().retry(), "set when the task was registered"),
                claim.attempt(),
                claim.options().maxAttempts(),
                ThreadLocalRandom.current().nextDouble());
        this.context = new AttemptContext(this, task);
    }

    /** Whether it asked for a thread of the operating system. */
    public boolean wantsPlatformThread() {
        return task.options().platformThread();
    }

    long startedNanos() {
        return startedNanos;
    }

    /** For how many nanoseconds its body has been at it; empty if it was not called. */
    public OptionalLong took() {
        return started() == null ? OptionalLong.empty() : OptionalLong.of(System.nanoTime() - startedNanos);
    }

    @Override
    public Verdicts verdicts() {
        return verdicts;
    }

    @Override
    public AttemptNotes notes() {
        return notes;
    }

    @Override
    public Triggering triggeringOnce(boolean perAttempt) {
        return settlement.triggeringOnce(perAttempt, origin().equals(Inside.origin()));
    }

    @Override
    public Tally tally() {
        return resumption.tally();
    }

    @Override
    public @Nullable Bookmark bookmark() {
        return resumption.bookmark();
    }

    @Override
    public Places places() {
        return settlement.places();
    }

    @Override
    public Journal journal() {
        return settlement.journal();
    }

    @Override
    public void requireTransactions() {
        // here it is
    }

    @Override
    public void complete(Connection connection, @Nullable Object output) {
        Completion.write(this, connection, output);
    }

    @Override
    public boolean isStopping() {
        return stop.get() != null;
    }

    @Override
    public boolean isGivenUp() {
        return isStopping() && !(stop.get() instanceof Stop.ShutDown);
    }

    /** Why it is to stop; null while it is not. */
    @Nullable
    Stop stop() {
        return stop.get();
    }

    @Override
    public void began(Lifecycle hooks) {
        lifecycle = hooks;
    }

    @Override
    public void run() {
        thread = Thread.currentThread();
        try {
            Outcome before = mayStart();
            if (before != null) {
                settlement.settle(before);
            } else {
                settlement.settle(attempt());
            }
        } catch (RuntimeException | Error e) { // ours, not the body's; the run must not hang for it
            Failure failure = Failures.failure(FailureKind.HANDLER, e, claim.attempt(), now());
            settlement.settle(new Outcome.Threw(failure, RetryDecision.abort()));
        } finally {
            bodyEnded = true;
            if (isolated != null) {
                isolated.release(); // the budget is taken until the child process is dead
            }
            settlement.bodyEnded();
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
        Instant due = claim.dueAt(); // which has come by the store's clock, that ours may be behind
        Instant now = now();
        startedAt = due.isAfter(now) ? due : now;
        startedNanos = System.nanoTime();
        if (!resumption.isKnown() || (isDangerous() && !startIsRecorded())) {
            return new Outcome.GivenBack();
        }
        Outcome late = resumption.late();
        if (late != null) {
            return late;
        }
        with.sweeper().started(this);
        Alarm.@Nullable Appointment timeout = armTimeout();
        Inside.enter(origin());
        try {
            Outcome outcome = resumption.after(execute());
            return stop.get() instanceof Stop.Cancelled || stop.get() instanceof Stop.OutOfTime ? stopped() : outcome;
        } finally {
            Inside.leave();
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

    private Outcome execute() {
        Machine machine = Machines.named(claim, task);
        if (!Isolation.isIsolated(task, machine)) {
            return new Body(this, task, context).run();
        }
        isolated = new IsolatedBody(this, task, machine);
        return isolated.run();
    }

    /** Whether this start must be known even if the process dies of it: it did so before, perhaps, or the body must not repeat. */
    private boolean isDangerous() {
        return claim.suspect() || task.options().redeliveries() == 0;
    }

    private boolean startIsRecorded() {
        CompletableFuture<Receipt> receipt = new CompletableFuture<>();
        with.recorder().record(new Report.Started(claim, resumption.began(startedAt)), receipt::complete);
        if (receipt.join() == Receipt.LOST) {
            lose();
            return false;
        }
        return true;
    }

    @Override
    public Outcome stopped() {
        return Stop.outcome(stop.get());
    }

    Settlement settlement() {
        return settlement;
    }

    Instant startedAt() {
        return startedAt;
    }

    TaskOptions options() {
        return task.options();
    }

    Type outputType() {
        return task.outputType();
    }

    /** When its body was called; null if it was not. */
    @Nullable
    Instant started() {
        return startedAt.equals(Instant.MIN) ? null : resumption.began(startedAt);
    }

    // ── what others may ask, from any thread

    /** Tells the store that the body is at it; called by the sweeper. */
    void recordStart() {
        if (settlement.isOpen()) {
            with.recorder().record(new Report.Started(claim, resumption.began(startedAt)), settlement::heard);
        }
    }

    /** Unless the body is about to do so itself. */
    @Override
    public void flush() {
        if (!settlement.isCompleting()) {
            recordNotes();
        }
    }

    void recordNotes() {
        if (!(stop.get() instanceof Stop.Lost)) { // of a lost run all is dropped
            notes.record(settlement::heard);
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
            with.alarm().at(now().plus(GRACE), () -> settlement.settleFromOutside(new Outcome.Stopped(reason)));
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
        settlement.settleFromOutside(new Outcome.GivenBack());
    }

    /** The run is no longer this node's. */
    public void lose() {
        stop.set(new Stop.Lost());
        settlement.lose();
        interrupt();
    }

    private void overrun(Duration limit) {
        if (!settlement.isSettled() && stop.compareAndSet(null, new Stop.OutOfTime(limit))) {
            settlement.settleFromOutside(new Outcome.Overran(limit));
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
        Deadline deadline = Deadline.of(claim, task.options(), startedAt, bookmark());
        return deadline == null ? null : with.alarm().at(deadline.at(), () -> overrun(deadline.limit()));
    }
}
