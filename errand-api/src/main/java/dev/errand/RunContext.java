package dev.errand;

import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * A run, seen from inside its body. Valid until the body ends; may be used by threads the body starts. After the attempt lost its
 * run (cancelled, timed out, taken over), calls are accepted and dropped; a step is refused.
 */
public interface RunContext extends ControlFlow, SignalContext, ValueContext, OtherRuns, EventContext {
    RunId id();

    /** The attempt now running, from 1. */
    int attempt();

    /** How often the run was tried before: {@code attempt() - 1}. */
    default int count() {
        return attempt() - 1;
    }

    /** The task's id as registered. */
    String task();

    /** Empty if the trigger gave none. */
    Optional<String> name();

    List<String> tags();

    /** When the run was triggered. */
    Instant createdAt();

    /** What {@link TaskHooks#init} has prepared for this attempt, by its names; empty if there is nothing. */
    Map<String, Object> init();

    /** Notes kept with the run, readable from outside while it runs. */
    Metadata metadata();

    /**
     * Yields a part of the output before the end.
     *
     * @param item anything that can be written as JSON
     * @throws IllegalArgumentException if it cannot, or if all that was emitted exceeds the limit for outputs (10 MB)
     */
    void emit(@Nullable Object item);

    /**
     * Says how far the body has come.
     *
     * @param total 0 if unknown
     */
    void progress(long done, long total);

    /** Writes to the run's log, from DEBUG up. It keeps 10,000 lines or 1 MB; what follows is dropped with a note. */
    Logger log();

    /**
     * Raises an event for whoever listens, delivered in order with the run's id, task, name, attempt and node. It returns before the event is on
     * the disk, which takes some hundredths of a second; while much of what was raised is not, it waits.
     *
     * @param event 1 to 128 characters; names that begin with {@code run.} are the engine's
     * @param data anything that can be written as JSON; null for none
     * @throws IllegalArgumentException if it cannot, if that takes more than 256 KB, or for a name that is not allowed
     * @throws StoreException if the store has taken nothing for 30 s and 8 MB of events wait for it
     */
    void raise(String event, @Nullable Object data);

    /** Whether the body has been asked to stop: cancelled, timed out, shut down, or taken over. It is interrupted as well. */
    boolean isCancelled();

    /**
     * Calls the code of a step, unless its result is kept already: then it returns that. The result is on the disk when this returns, so
     * that no later attempt calls the code again, whatever becomes of this one.
     *
     * <pre>{@code
     * Receipt receipt = run.step("charge", Receipt.class, () -> gateway.charge(order));
     * }</pre>
     *
     * <p>Code that throws ends nothing but the step: nothing is kept, and if the error is not caught, the attempt fails and the next one
     * calls the code again. {@link StepOptions} has other ways.
     *
     * <p>A name tells a step from others, its place in the body does not. Several calls of one name in an attempt are several steps: the
     * first, second and so on of that name, as they are called; steps of hooks count too. What is kept of steps that are not asked for is ignored. The result is
     * what was written, read again, so that every attempt has the same.
     *
     * <p>A step inside the code of another is refused. Threads that the body started may call steps at the same time.
     *
     * @param name 1 to 256 characters; names that begin with {@code run.} are the engine's
     * @throws ClaimLostException if the run is no longer this attempt's. The code was not called, or what it returned is not kept
     * @throws StepFailedException if it is called at most once, and was before
     * @throws StepTypeException if what is kept does not fit the type
     * @throws IllegalArgumentException if what the code returned cannot be written as JSON and read again, or is larger than outputs may
     *     be (10 MB)
     * @throws IllegalStateException inside the code of another step, and after {@link #complete}
     * @throws StoreException if what is kept could not be read. The code was not called
     * @throws InterruptedException if the thread was interrupted: before the code was called, or after it returned, and then what it
     *     returned is kept if the store can be reached
     */
    default <T extends @Nullable Object, X extends Exception> T step(String name, Class<T> type, StepBody<T, X> body)
            throws X, InterruptedException {
        return step(name, type, StepOptions.none(), body);
    }

    /** As {@link #step(String, Class, StepBody)}, with options. */
    <T extends @Nullable Object, X extends Exception> T step(
            String name, Class<T> type, StepOptions options, StepBody<T, X> body) throws X, InterruptedException;

    /** As {@link #step(String, Class, StepBody)}, for types with arguments. */
    default <T extends @Nullable Object, X extends Exception> T step(String name, TypeRef<T> type, StepBody<T, X> body)
            throws X, InterruptedException {
        return step(name, type, StepOptions.none(), body);
    }

    /** As {@link #step(String, Class, StepBody)}, for types with arguments, with options. */
    <T extends @Nullable Object, X extends Exception> T step(
            String name, TypeRef<T> type, StepOptions options, StepBody<T, X> body) throws X, InterruptedException;

    /** As {@link #step(String, Class, StepBody)}, without a result. */
    default <X extends Exception> void step(String name, StepAction<X> action) throws X, InterruptedException {
        step(name, StepOptions.none(), action);
    }

    /** As {@link #step(String, Class, StepBody)}, without a result, with options. */
    <X extends Exception> void step(String name, StepOptions options, StepAction<X> action)
            throws X, InterruptedException;

    /**
     * Waits so long, however often the process or the machine dies meanwhile: the run is WAITING, and has no thread, no slot and no
     * permit of a limit. When its time has come, the attempt goes on: the body is called from its beginning again, its steps return what
     * they returned, sleeps that are over return at once, and this call returns. What the body emitted, raised, logged, triggered and
     * noted before is not repeated, as long as it does so in the same order. Only steps keep what else a body did before it waited.
     *
     * <p>To make way, the body is unwound by an error, so that {@code finally} blocks are executed each time. Code that catches every
     * {@link Throwable} has to throw it on; if it does not, the next call on this context throws it again, and what the body returns is
     * ignored.
     *
     * <p>A timeout goes on while a body waits, its {@linkplain TaskOptions#maxDuration() maximum duration} does not.
     *
     * @param name of the sleep, for those who look at the run and to know it by when the body is called again: 1 to 256 characters. Of
     *     one name, the how many-th it is in the attempt counts as well
     * @param duration 0 returns at once; at most 36,500 days
     * @throws IllegalStateException if the body cannot wait here: inside a step, with a lock held, in another thread than the one it was
     *     called on or one of its {@linkplain #parallel branches} has, or in an isolated attempt
     * @throws InterruptedException if the thread was interrupted before
     */
    void sleep(String name, Duration duration) throws InterruptedException;

    /**
     * As {@link #sleep}, until then. The instant counts that the first call named, whatever the body names when it is called again.
     *
     * @param instant one that has passed returns at once
     */
    void sleepUntil(String name, Instant instant) throws InterruptedException;

    /**
     * A step whose code writes to the store's own database: what it writes and the note that the step is done are one commit. So it is done
     * exactly once, however often the body is attempted and whenever its process dies.
     *
     * <pre>{@code
     * String receipt = run.transaction("book", String.class, tx -> ledger.insert(tx.connection(), order));
     * }</pre>
     *
     * <p>If the code throws, all it wrote is rolled back, nothing is kept, and the error goes up, as a step's does. The code is called again
     * at once, a few times at most, if the database broke the transaction off for the sake of others (a deadlock, a serialization failure).
     * What it does besides writing on that connection is as often done as it is called.
     *
     * <p>On PostgreSQL the connection comes from the store's DataSource if it has one. On SQLite it leads to the store's file, and has the
     * file's write lock from the beginning: nobody else writes meanwhile, the engine included, so the transaction is broken off after 5 s.
     *
     * @param name 1 to 256 characters, as of other steps: it is one of them
     * @throws ClaimLostException if the run is no longer this attempt's. Nothing was written
     * @throws StepTypeException if what is kept does not fit the type
     * @throws IllegalArgumentException as {@link #step(String, Class, StepBody)}; nothing was written
     * @throws IllegalStateException inside the code of a step or of another transaction, after {@link #complete}, and in an isolated
     *     attempt, which has no way to the database
     * @throws StoreException if nothing was written: the database refused the commit, could not be reached, or it took too long
     * @throws InterruptedException if the thread was interrupted before the commit, and nothing was written; or while the answer to the
     *     commit was lost, and then the next attempt finds out whether it was made
     */
    default <T extends @Nullable Object, X extends Exception> T transaction(
            String name, Class<T> type, TransactionBody<T, X> body) throws X, InterruptedException {
        return transaction(name, type, StepOptions.none(), body);
    }

    /**
     * As {@link #transaction(String, Class, TransactionBody)}, with options.
     *
     * @param options a key or none: how often the code is called is no choice here
     */
    <T extends @Nullable Object, X extends Exception> T transaction(
            String name, Class<T> type, StepOptions options, TransactionBody<T, X> body) throws X, InterruptedException;

    /** As {@link #transaction(String, Class, TransactionBody)}, for types with arguments. */
    default <T extends @Nullable Object, X extends Exception> T transaction(
            String name, TypeRef<T> type, TransactionBody<T, X> body) throws X, InterruptedException {
        return transaction(name, type, StepOptions.none(), body);
    }

    /** As {@link #transaction(String, Class, StepOptions, TransactionBody)}, for types with arguments. */
    <T extends @Nullable Object, X extends Exception> T transaction(
            String name, TypeRef<T> type, StepOptions options, TransactionBody<T, X> body)
            throws X, InterruptedException;

    /** As {@link #transaction(String, Class, TransactionBody)}, without a result. */
    default <X extends Exception> void transaction(String name, TransactionAction<X> action)
            throws X, InterruptedException {
        transaction(name, StepOptions.none(), action);
    }

    /** As {@link #transaction(String, Class, StepOptions, TransactionBody)}, without a result. */
    <X extends Exception> void transaction(String name, StepOptions options, TransactionAction<X> action)
            throws X, InterruptedException;

    /**
     * The present time, by the store's clock; the same in every attempt. A step named {@code run.now}: calls are told apart by their order,
     * and each is kept before it returns.
     *
     * @throws IllegalStateException inside a step, where any clock will do: what comes of it is kept with the step
     */
    Instant now() throws InterruptedException;

    /**
     * Random numbers, the same in every attempt, and others in every run; not for secrets. All calls answer one generator, which gives its
     * numbers in the order they are asked for: ask from one thread, and outside of steps, whose code not every attempt calls. What it begins
     * with is kept by the first call, or the first of {@link #newId}, as a step named {@code run.seed}; the rest costs nothing.
     *
     * @throws IllegalStateException inside a step
     */
    RandomGenerator random() throws InterruptedException;

    /**
     * A new id (a UUID of version 4) that nobody else has or can guess; the same in every attempt, told from others by the order of calls.
     * Independent of {@link #random}, whose seed it shares.
     *
     * @throws IllegalStateException inside a step, where {@link UUID#randomUUID} will do
     */
    UUID newId() throws InterruptedException;

    /**
     * Ends this run as COMPLETED within a transaction of the body's own, so that what the body wrote and the end of its run are
     * committed together, or neither is. Call it last, after all steps, then commit and return:
     *
     * <pre>{@code
     * Receipt receipt = ledger.book(connection, order);
     * run.complete(connection, receipt);
     * connection.commit();
     * return receipt;
     * }</pre>
     *
     * <p>After the commit the run stays COMPLETED with this output, whatever the body returns or throws. After a rollback it ends
     * as if this had not been called.
     *
     * @param connection to the store's database, with auto-commit off
     * @param output of the task's type of output
     * @throws ClaimLostException if the run is no longer this attempt's: cancelled, timed out, or taken over; roll back
     * @throws IllegalArgumentException if the output cannot be written as JSON or is too large
     * @throws IllegalStateException in a step or a branch, or while another thread is in a step
     */
    void complete(Connection connection, @Nullable Object output);

    /** The lock named {@value NamedLock#GLOBAL}: under it at most one thread runs, of all that ask for it anywhere. */
    default NamedLock lock() {
        return lock(NamedLock.GLOBAL);
    }

    /**
     * A lock by its name, the same for all processes on the store. It exists as soon as somebody names it.
     *
     * @param name 1 to 256 characters, upper and lower case told apart
     */
    NamedLock lock(String name);

    /**
     * Triggers another run, a child of this one: if this one is cancelled, its children that have not ended are cancelled too, unless
     * they are {@linkplain TriggerOptions#detached() detached}. Whatever else becomes of this one, they live on.
     *
     * <p>It is a step: triggered once, however often the body is attempted, and known by its task and its order among those of the task;
     * in other threads than the body's own, by task, payload and options, but for its start. One with an idempotency key or debounce is
     * triggered once in each attempt: its key says the rest. So are all that hooks trigger. In a transaction it belongs to that. It is
     * triggered whenever it is called in the code of a step, which commits nothing with it; after {@link #complete}; and when the run was
     * cancelled or its time is up, which lets the body undo what it did.
     *
     * @throws StoreException if the thread was interrupted before the store answered, or the store was away for 30 s. Whether the run was
     *     triggered is not known; the next attempt finds out
     * @throws IllegalStateException if the body triggers runs of this task from its own thread and from others as well: the next attempt could
     *     not tell them apart
     */
    <P extends @Nullable Object, O extends @Nullable Object> Run<O> trigger(Task<P, O> task, P payload);

    /** As {@link #trigger(Task, Object)}, with options. */
    <P extends @Nullable Object, O extends @Nullable Object> Run<O> trigger(
            Task<P, O> task, P payload, TriggerOptions options);

    /** Triggers a run of a task known by its id. */
    Run<Json> trigger(String task, @Nullable Object payload, TriggerOptions options);

    /**
     * Triggers a child and waits for its end, durably: as in {@link #sleep}, this run is WAITING meanwhile and has no slot, so that
     * parent and child never stand in each other's way, not even in a queue of one at a time.
     *
     * <p>It is a step, named by the task: the child is triggered once, and what it returned is kept for as long as this run is. One that
     * ended unsuccessfully counts for this attempt; the next attempt triggers another in its place.
     *
     * @return the child's output
     * @throws RunFailedException if the child ended unsuccessfully; it names the child and its error
     * @throws InvalidPayloadException if the payload does not fit; nothing was triggered
     * @throws IllegalStateException if the body cannot wait here, see {@link #sleep}; or if what the child returned does not fit the type
     * @throws InterruptedException if the thread was interrupted before
     */
    default <P extends @Nullable Object, O extends @Nullable Object> O invoke(Task<P, O> task, P payload)
            throws InterruptedException {
        return invoke(task, payload, TriggerOptions.none());
    }

    /**
     * As {@link #invoke(Task, Object)}, with options.
     *
     * @param options no idempotency key and no debounce: a child that is awaited is this run's own
     */
    default <P extends @Nullable Object, O extends @Nullable Object> O invoke(
            Task<P, O> task, P payload, TriggerOptions options) throws InterruptedException {
        return invokeAll(task, Collections.singletonList(payload), options)
                .getFirst()
                .unwrap();
    }

    /** As {@link #invoke(Task, Object, TriggerOptions)}, of a task known by its id. */
    default Json invoke(String task, @Nullable Object payload, TriggerOptions options) throws InterruptedException {
        return invokeAll(task, List.of(new TriggerRequest(task, payload, options)))
                .getFirst()
                .unwrap();
    }

    /**
     * Triggers a child for each payload, all in one commit, and waits until the last of them has ended. Those that failed end no wait
     * and throw nothing: {@link RunResult#unwrap} does, for who wants it.
     *
     * @param payloads at most 10,000; as many when the body is called again, so that a list that may change comes from a step
     * @return how they ended, in the order of the payloads; none for none
     * @throws IllegalStateException as {@link #invoke}; or if the body asked for another number before
     */
    default <P extends @Nullable Object, O extends @Nullable Object> List<RunResult<O>> invokeAll(
            Task<P, O> task, List<? extends P> payloads) throws InterruptedException {
        return invokeAll(task, payloads, TriggerOptions.none());
    }

    /** As {@link #invokeAll(Task, List)}, with options, which are the same for all. */
    <P extends @Nullable Object, O extends @Nullable Object> List<RunResult<O>> invokeAll(
            Task<P, O> task, List<? extends P> payloads, TriggerOptions options) throws InterruptedException;

    /**
     * As {@link #invokeAll(Task, List)}, of different tasks.
     *
     * @param name of the step, 1 to 256 characters
     */
    List<RunResult<Json>> invokeAll(String name, List<TriggerRequest> children) throws InterruptedException;

    /**
     * Creates a token that times out then; once, however often the body is attempted. It is a step of that name.
     *
     * <pre>{@code
     * Token<Approval> approval = run.token("approval", Approval.class, Duration.ofHours(8));
     * run.step("ask", () -> mail.send(boss, link(approval.id())));
     * Approval given = run.await(approval).unwrap();
     * }</pre>
     *
     * @throws IllegalStateException inside another step, and in an isolated attempt, which cannot wait for it either
     */
    default <T> Token<T> token(String name, Class<T> type, Duration timeout) throws InterruptedException {
        return token(type, TokenOptions.none().name(name).timeout(timeout));
    }

    /** As {@link #token(String, Class, Duration)}, with options; the step is named as the token. */
    <T> Token<T> token(Class<T> type, TokenOptions options) throws InterruptedException;

    /** As {@link #token(Class, TokenOptions)}, for types with arguments. */
    <T> Token<T> token(TypeRef<T> type, TokenOptions options) throws InterruptedException;

    /**
     * Waits until somebody completes a token, or its time passes, whoever created it; durably, as in {@link #sleep}. What came of it is
     * kept: no attempt that follows waits for it again.
     *
     * @throws TokenNotFoundException if there is no such token
     * @throws IllegalStateException if the body cannot wait here, see {@link #sleep}; or if the value does not fit the type
     * @throws InterruptedException if the thread was interrupted before
     */
    <T extends @Nullable Object> TokenResult<T> await(Token<T> token) throws InterruptedException;
}
