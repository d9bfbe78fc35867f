package dev.errand.engine.attempt;

import dev.errand.EffectValidation;
import dev.errand.RunId;
import dev.errand.Task;
import dev.errand.TaskHooks;
import dev.errand.engine.events.LatestEvents;
import dev.errand.engine.isolation.Channel;
import dev.errand.engine.isolation.Kind;
import dev.errand.engine.isolation.Messages;
import dev.errand.engine.json.Codec;
import dev.errand.engine.lock.Locks;
import dev.errand.engine.record.Outcome;
import dev.errand.engine.schema.Contracts;
import dev.errand.engine.step.Bookmark;
import dev.errand.engine.step.Journal;
import dev.errand.engine.step.Places;
import dev.errand.engine.step.Said;
import dev.errand.engine.task.Isolation;
import dev.errand.engine.value.Values;
import dev.errand.spi.TaskFinder;
import dev.errand.store.Claim;
import dev.errand.store.RunOptions;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An attempt in a child process: decode, hooks, body and encode as in any other, by the same code. What it has to say goes to the node,
 * which alone speaks with the store.
 */
public final class ChildAttempt implements Scope {
    /** Says that it stops since the engine closes, and will be attempted again. */
    static final String SHUT_DOWN = "shut down";

    private static final int OUT_OF_MEMORY = 3;

    private enum Asked {
        NOTHING,
        SHUT_DOWN,
        GIVE_UP
    }

    private final Channel channel;
    private final Codec codec;
    private final Messages.Job job;
    private final Claim claim;
    private final Task<?, ?> task;
    private final List<TaskHooks<@Nullable Object, @Nullable Object>> hooks;
    private final Verdicts verdicts;
    private final SentNotes notes;
    private final SentTriggers triggers;
    private final SentJournal journal;
    private final Tally tally = new Tally(Said.NOTHING);
    private final Places places = new Places();
    private final Thread thread;
    private volatile Asked asked = Asked.NOTHING;
    private volatile @Nullable Lifecycle lifecycle;

    private ChildAttempt(Channel channel, Codec codec, Messages.Job job, byte[] payload)
            throws Exception { // what finders throw
        this.channel = channel;
        this.codec = codec;
        this.job = job;
        this.claim = claim(job, payload);
        this.task = task(job);
        this.hooks = hooks(job);
        this.verdicts = new Verdicts(
                job.policy()
                        .retry(
                                task.options().retry() == null
                                        ? List.of()
                                        : task.options().retry().rules()),
                job.attempt(),
                job.maxAttempts(),
                job.random());
        this.notes = new SentNotes(channel, codec, job.maxOutput());
        this.triggers = new SentTriggers(channel, codec, claim.run());
        this.journal = new SentJournal(channel, codec);
        // Of the system: a body that computes for long is not to keep the hooks of a cancel from the one processor it
        // may have.
        this.thread = Thread.ofPlatform().daemon().name("errand-" + task.id()).unstarted(this::run);
    }

    /**
     * Begins an attempt; what came of it is told over the channel.
     *
     * @return null if it cannot even begin, which is told as well
     */
    public static @Nullable ChildAttempt begin(Channel channel, Codec codec, byte[] frame) {
        Parts parts = Parts.of(frame);
        Messages.Job job = Jobs.read(codec, parts.head(), Messages.Job.class);
        try {
            ChildAttempt attempt = new ChildAttempt(channel, codec, job, parts.rest());
            attempt.thread.start();
            return attempt;
        } catch (Exception | LinkageError e) {
            tell(channel, codec, Failures.notFound(job.task(), e));
            return null;
        }
    }

    private static Claim claim(Messages.Job job, byte[] payload) {
        return new Claim(
                0,
                0,
                RunId.of(job.run()),
                job.task(),
                job.name(),
                job.tags(),
                job.attempt(),
                0,
                false,
                false,
                job.createdAt(),
                job.createdAt(),
                null,
                payload,
                job.metadata(),
                RunOptions.NONE,
                null);
    }

    private static Task<?, ?> task(Messages.Job job) throws Exception {
        TaskFinder finder =
                (TaskFinder) Isolation.make(Class.forName(job.finder(), true, ClassLoader.getSystemClassLoader()));
        return finder.find(job.place(), job.task()).withArguments(job.arguments());
    }

    @SuppressWarnings("unchecked") // they are hooks of all tasks there
    private static List<TaskHooks<@Nullable Object, @Nullable Object>> hooks(Messages.Job job)
            throws ReflectiveOperationException {
        List<TaskHooks<@Nullable Object, @Nullable Object>> hooks = new ArrayList<>();
        for (String name : job.hooks()) {
            Class<?> type = Class.forName(name, true, ClassLoader.getSystemClassLoader());
            hooks.add((TaskHooks<@Nullable Object, @Nullable Object>) Isolation.make(type));
        }
        return hooks;
    }

    private void run() {
        Inside.enter(origin());
        Outcome outcome;
        try {
            outcome = new Body(this, task, new AttemptContext(this, task)).run();
        } finally {
            Inside.leave();
            Lifecycle around = lifecycle;
            if (around != null) {
                around.ended();
            }
        }
        if (outcome instanceof Outcome.Threw threw && threw.failure().type().equals(OutOfMemoryError.class.getName())) {
            end(OUT_OF_MEMORY); // of memory that is not the heap's, which the JVM watches itself
        }
        tell(channel, codec, outcome);
        end(0);
    }

    private void end(int code) {
        Thread.interrupted();
        try {
            channel.flush(10_000);
        } catch (InterruptedException e) {
            // it ends all the same
        }
        if (code == OUT_OF_MEMORY) {
            Runtime.getRuntime().halt(code);
        }
        System.exit(code);
    }

    private static void tell(Channel channel, Codec codec, Outcome outcome) {
        switch (outcome) {
            case Outcome.Returned(var output) -> channel.send(Kind.RETURNED, output);
            case Outcome.Threw(var failure, var decision) ->
                channel.send(Kind.THREW, Jobs.json(codec, Messages.Threw.of(failure, decision)));
            default -> channel.send(Kind.STOPPED, new byte[0]);
        }
    }

    // ── what the node asks; on the thread that reads the channel

    /** Somebody cancelled the run. */
    public void cancel() {
        asked = Asked.GIVE_UP;
        Lifecycle around = lifecycle;
        if (around != null) {
            around.cancelled();
        }
        thread.interrupt();
    }

    /** The body is to stop; the reason as the node gave it. */
    public void stop(byte[] reason) {
        boolean closing = new String(reason, StandardCharsets.UTF_8).equals(SHUT_DOWN);
        asked = closing ? Asked.SHUT_DOWN : Asked.GIVE_UP;
        thread.interrupt();
    }

    /** What came of something that the body asked the node to do. */
    public void answer(byte[] frame) {
        triggers.answer(Jobs.read(codec, frame, Messages.Answer.class));
    }

    /** What the node says about a step. */
    public void answerStep(byte[] frame) {
        journal.answer(frame);
    }

    // ── the scope of the body

    @Override
    public Claim claim() {
        return claim;
    }

    @Override
    public Instant now() {
        return Instant.now().truncatedTo(ChronoUnit.MICROS);
    }

    @Override
    public Codec codec() {
        return codec;
    }

    @Override
    public Contracts contracts() {
        return new Contracts(codec);
    }

    @Override
    public List<TaskHooks<@Nullable Object, @Nullable Object>> hooks() {
        return hooks;
    }

    @Override
    public int maxOutput() {
        return job.maxOutput();
    }

    @Override
    public EffectValidation effectValidation() {
        return job.effectValidation();
    }

    @Override
    public Verdicts verdicts() {
        return verdicts;
    }

    @Override
    public NoteTaker notes() {
        return notes;
    }

    @Override
    public Triggering triggering() {
        return triggers;
    }

    @Override
    public Triggering triggeringOnce(boolean perAttempt) {
        return triggers.times(perAttempt ? Messages.Times.ONCE_AN_ATTEMPT : Messages.Times.ONCE);
    }

    @Override
    public Locks locks() {
        throw new IllegalStateException(
                "An isolated attempt takes no locks: it has no way to the store; give task %s a queue or a limit that lets in one at a time, or do not isolate it"
                        .formatted(task.id()));
    }

    @Override
    public Values values() {
        throw new IllegalStateException(
                "An isolated attempt knows no durable values: it has no way to the store; hand what it needs over in its payload, or do not isolate task "
                        + task.id());
    }

    @Override
    public LatestEvents events() {
        throw new IllegalStateException(
                "An isolated attempt reads no events: it has no way to the store; hand what it needs over in its payload, or do not isolate task "
                        + task.id());
    }

    @Override
    public Tally tally() {
        return tally;
    }

    @Override
    public Places places() {
        return places;
    }

    /** What is said is sent at once, and in order. */
    @Override
    public void flush() {}

    @Override
    public @Nullable Bookmark bookmark() {
        return null;
    }

    @Override
    public Journal journal() {
        return journal;
    }

    @Override
    public void requireTransactions() {
        throw new IllegalStateException(
                "An isolated attempt has no transactions: it has no way to the store; make it a step with a connection of its own, or do not isolate task "
                        + task.id());
    }

    @Override
    public void complete(Connection connection, @Nullable Object output) {
        throw new IllegalStateException(
                "An isolated attempt cannot end its run in a transaction of its own: it has no way to the store; return the output, or do not isolate task "
                        + task.id());
    }

    @Override
    public boolean isStopping() {
        return asked != Asked.NOTHING;
    }

    @Override
    public boolean isGivenUp() {
        return asked == Asked.GIVE_UP;
    }

    @Override
    public Outcome stopped() {
        return new Outcome.GivenBack();
    }

    @Override
    public void began(Lifecycle around) {
        lifecycle = around;
    }
}
