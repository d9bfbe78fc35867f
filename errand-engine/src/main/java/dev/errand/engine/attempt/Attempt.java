package dev.errand.engine.attempt;

import dev.errand.FailureKind;
import dev.errand.Retry;
import dev.errand.RetryDecision;
import dev.errand.RunState;
import dev.errand.Task;
import dev.errand.TaskBody;
import dev.errand.Timeout;
import dev.errand.TimeoutFrom;
import dev.errand.engine.json.Codec;
import dev.errand.engine.json.UnfitException;
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
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
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

    private static final ThreadLocal<Boolean> INSIDE = new ThreadLocal<>();

    private final Claim claim;
    private final Task<?, ?> task;
    private final Surroundings with;
    private final Consumer<Attempt> ended;
    private final AttemptContext context;
    private final AtomicReference<@Nullable Stop> stop = new AtomicReference<>();
    private final AtomicBoolean settled = new AtomicBoolean();
    private volatile @Nullable Thread thread;
    private volatile Instant startedAt = Instant.MIN;
    private volatile long startedNanos;
    private volatile boolean bodyEnded;
    private volatile boolean completing;

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
            settle(failed(FailureKind.HANDLER, e));
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
            Outcome outcome = body();
            return stop.get() instanceof Stop.Cancelled ? stopped() : outcome;
        } finally {
            INSIDE.remove();
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

    private Outcome body() {
        Codec codec = with.codec();
        Object payload;
        try {
            Map<String, Object> defaults = task.options().arguments();
            byte[] json = defaults.isEmpty() ? claim.payload() : codec.merge(defaults, claim.payload());
            payload = codec.read(json, task.payloadType());
        } catch (UnfitException e) {
            return failed(FailureKind.PAYLOAD, e);
        }
        Object output;
        try {
            output = call(payload);
        } catch (Throwable error) { // a body may throw anything; none of it may reach the engine
            return stop.get() == null
                    ? Failures.of(error, task.options().retry(), claim.attempt(), now())
                    : stoppedBy(error);
        }
        try {
            return returned(codec.write(output, task.outputType()));
        } catch (UnfitException e) {
            return failed(FailureKind.UNSERIALIZABLE, e);
        } catch (Throwable error) { // a getter of the user's may throw anything
            return failed(FailureKind.UNSERIALIZABLE, error);
        }
    }

    @SuppressWarnings("unchecked")
    private @Nullable Object call(@Nullable Object payload) throws Exception {
        return ((TaskBody<@Nullable Object, @Nullable Object>) task.body()).run(payload, context);
    }

    private Outcome returned(byte[] output) {
        String tooLarge = tooLarge(output);
        return tooLarge == null
                ? new Outcome.Returned(output)
                : failed(FailureKind.UNSERIALIZABLE, new IllegalArgumentException(tooLarge));
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

    private Outcome failed(FailureKind kind, Throwable error) {
        return new Outcome.Threw(Failures.failure(kind, error, claim.attempt(), now()), RetryDecision.abort());
    }

    private Outcome stoppedBy(Throwable error) {
        return stop.get() instanceof Stop.ShutDown || stop.get() instanceof Stop.Cancelled
                ? stopped()
                : Failures.of(error, task.options().retry(), claim.attempt(), now());
    }

    private Outcome stopped() {
        return stop.get() instanceof Stop.Cancelled(var reason) ? new Outcome.Stopped(reason) : new Outcome.GivenBack();
    }

    // ── the end

    /** Reports what came of it, unless somebody did. */
    private void settle(Outcome outcome) {
        if (!settled.compareAndSet(false, true)) {
            return;
        }
        recordNotes();
        Instant now = now();
        Next next = next(outcome, now);
        with.recorder().record(report(next, now), receipt -> {
            heard(receipt);
            if (next instanceof Next.Retry retrying) {
                with.wakeAt().accept(retrying.dueAt());
            }
        });
    }

    private Next next(Outcome outcome, Instant now) {
        Integer own = claim.options().maxAttempts();
        Retry retry = task.options().retry();
        int maxAttempts = own != null ? own : retry.attempts();
        double random = ThreadLocalRandom.current().nextDouble();
        try {
            return Transitions.after(outcome, claim.attempt(), maxAttempts, retry, now, random);
        } catch (RuntimeException e) { // a decision that makes no sense; the run must not hang for it
            return new Next.Fail(
                    Failures.failure(FailureKind.HANDLER, e, claim.attempt(), now), claim.attempt() < maxAttempts);
        }
    }

    private Report report(Next next, Instant now) {
        Instant started = startedAt.equals(Instant.MIN) ? null : startedAt;
        return switch (next) {
            case Next.Complete(var output) ->
                new Report.Ended(claim, RunState.COMPLETED, started, now, output, null, null, false);
            case Next.Fail(var failure, var retriable) ->
                new Report.Ended(claim, RunState.FAILED, started, now, null, failure, failure.summary(), retriable);
            case Next.End(var state, var reason) ->
                new Report.Ended(claim, state, started, now, null, null, reason, false);
            case Next.Retry(var dueAt, var failure) ->
                new Report.Retried(claim, started == null ? now : started, now, failure, dueAt);
            case Next.Release() -> new Report.Released(claim);
        };
    }

    private void heard(Receipt receipt) {
        if (receipt == Receipt.LOST && !completing) { // or the body has ended it itself, perhaps
            lose();
        }
    }

    // ── an end in a transaction of the body's, see Completion

    /** From here until the body ends nobody else writes about this run, lest they wait for the body's transaction. */
    Report.Ended completing(byte[] output) {
        completing = true;
        return (Report.Ended) report(new Next.Complete(output), now());
    }

    @Nullable
    Notes notes() {
        return context.notes();
    }

    void notCompleting() {
        completing = false;
    }

    Type outputType() {
        return task.outputType();
    }

    // ── what others may ask, from any thread

    /** Tells the store that the body is at it; called by the sweeper. */
    void recordStart() {
        if (!settled.get() && !completing) {
            with.recorder().record(new Report.Started(claim, startedAt), this::heard);
        }
    }

    /** Brings what the body noted to the store, unless the body is about to do so itself. */
    void flush() {
        if (!completing) {
            recordNotes();
        }
    }

    private void recordNotes() {
        Notes notes = context.notes();
        Report.Noted report = notes == null ? null : notes.drain(claim);
        if (notes != null && report != null && !(stop.get() instanceof Stop.Lost)) { // of a lost run all is dropped
            with.recorder().record(report, receipt -> {
                notes.confirmed(report);
                heard(receipt);
            });
        }
    }

    /** Asks the body to stop for good. If it has not after the grace, its run ends CANCELED all the same. */
    public void cancel(String reason) {
        if (stop.compareAndSet(null, new Stop.Cancelled(reason))) {
            interrupt();
            with.alarm().at(now().plus(GRACE), () -> settle(new Outcome.Stopped(reason)));
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
        settle(new Outcome.GivenBack());
    }

    /** The run is no longer this node's. */
    public void lose() {
        settled.set(true);
        stop.set(new Stop.Lost());
        interrupt();
    }

    private void overrun(Duration limit) {
        if (!settled.get() && stop.compareAndSet(null, new Stop.OutOfTime())) {
            settle(new Outcome.Overran(limit));
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
