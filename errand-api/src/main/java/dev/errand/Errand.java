package dev.errand;

import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The engine: runs tasks durably from a store, beside any other engines on it. Any thread may call it.
 *
 * <pre>{@code
 * try (var errand = Errand.open("jdbc:sqlite:errand.db", WELCOME)) {
 *     Run<String> run = errand.trigger(WELCOME, new Welcome("ada@example.org"));
 *     String receipt = run.await(Duration.ofSeconds(30));
 * }
 * }</pre>
 *
 * <p>When a {@code trigger} returns, the run survives the death of this process. When it throws {@link StoreException}, the run
 * may or may not have been stored, as its message says.
 */
public interface Errand extends TaskTrigger, AutoCloseable {
    /**
     * Opens a store and starts to work on the given tasks.
     *
     * @param url {@code jdbc:sqlite:errand.db} for a file, which is made if it is missing; {@code jdbc:sqlite::memory:} for none
     * @throws StoreException if the store cannot be opened; the message says why and what would help
     */
    static Errand open(String url, Task<?, ?>... tasks) {
        return builder().store(url).tasks(tasks).open();
    }

    /** For everything that may be set. */
    static ErrandBuilder builder() {
        return new ErrandBuilder();
    }

    // Triggering

    /**
     * Triggers within a transaction of the caller's on the store's database: the runs exist, and start, once it is committed, and
     * never if it is rolled back. The connection is used, and never committed, rolled back or closed.
     *
     * <pre>{@code
     * try (Connection connection = dataSource.getConnection()) {
     *     connection.setAutoCommit(false);
     *     orders.insert(connection, order);
     *     errand.with(connection).trigger(SHIP, order.id());
     *     connection.commit();
     * }
     * }</pre>
     *
     * <p>Handles from there are of use after the commit. Before, the thread that triggered gets an {@link IllegalStateException}
     * for asking about the run or awaiting it; others, who know the id, wait for the transaction to end.
     *
     * @param connection of any pool; its auto-commit must be off when something is triggered
     */
    TaskTrigger with(Connection connection);

    /**
     * Triggers a run and consumes it: the timeout bounds both the run and the wait; see {@link Run#consume}.
     *
     * @return null for nothing, the value itself for one, a list for several
     * @throws IllegalStateException inside a task's body, which would hold its slot meanwhile; nothing is triggered
     */
    <P extends @Nullable Object, O extends @Nullable Object> @Nullable Object triggerAndWait(
            Task<P, O> task, P payload, Duration timeout) throws InterruptedException;

    /**
     * Frees an idempotency key, so that the next trigger with it stores a new run. The run that held it goes on.
     *
     * @param task the task's id or alias, ignoring case
     * @param key one of scope GLOBAL
     * @return whether a run held it
     * @throws TaskNotFoundException if no node ever declared this task
     */
    boolean resetKey(String task, String key);

    // Tasks

    /**
     * Adds a task while the engine runs, with the schedules that stand in its code. What is refused leaves no trace: nothing of it is stored.
     *
     * @throws DuplicateTaskException if this engine has a task of that id or alias, ignoring case; the first stays as it is
     * @throws QueueNotFoundException if nobody declared the queue in which runs of its schedules are to wait
     * @throws InvalidPayloadException if what a schedule gives its runs does not fit the task
     * @throws IllegalArgumentException if it contradicts itself, or has the key of another task's schedule
     * @throws StoreException if the store could not be reached: this engine does not have the task, the store may have some of it. It may be
     *     added again
     */
    void add(Task<?, ?> task);

    /**
     * Replaces a task of the same id: queued runs and later attempts get the new one, attempts under way finish with the old. If it is refused,
     * as by {@link #add}, or the store could not be reached, this engine goes on with the old.
     *
     * @throws TaskNotFoundException if this engine has no such task
     */
    void edit(Task<?, ?> task);

    /** Adds the task, or replaces it if this engine has it; see {@link #add} and {@link #edit}. */
    void put(Task<?, ?> task);

    /**
     * Withdraws this engine's code of a task; runs that wait for it are left to other nodes that have it, or until it is added
     * again. Silent if this engine has no such task.
     */
    void withdraw(String task);

    /**
     * Removes a task from the store: runs that wait for it end FAILED with {@link FailureKind#NO_TASK}, attempts under way finish.
     * Silent if there is no such task.
     */
    void remove(String task);

    /** Removes all tasks. */
    void removeAll();

    /** The tasks the store knows, by id. */
    List<TaskInfo> tasks();

    /** A task by its id or alias, ignoring case. */
    Optional<TaskInfo> task(String id);

    // Runs

    /**
     * A handle on a run by its id. If a transaction is open that may be storing it, this waits for its end.
     *
     * @throws RunNotFoundException if the store has no such run
     */
    Run<Json> run(RunId id);

    /** A typed handle on a run by its id. */
    <O extends @Nullable Object> Run<O> run(RunId id, Task<?, O> task);

    /**
     * A handle on a batch by its id. If a transaction is open that may be storing it, this waits for its end.
     *
     * @throws BatchNotFoundException if the store has no such batch
     */
    Batch<Json> batch(BatchId id);

    /** Batches that are filled bit by bit. */
    Batches batches();

    /** Runs, newest first. */
    Page<RunInfo> runs(RunQuery query);

    /**
     * Deletes all runs that a query finds, such as those of one name, and all their traces; those whose bodies are running are left. The limit
     * and the cursor of the query say nothing here: all pages are deleted. Each run is deleted by a commit of its own, so that a part of them is
     * gone when this throws; asked again, the rest is. Runs that are triggered meanwhile may be left.
     *
     * @throws StoreException if the store cannot be reached
     */
    PurgeCounts purge(RunQuery query);

    /** As {@link #purge(RunQuery)}, interrupting bodies first if need be. */
    PurgeCounts forcePurge(RunQuery query);

    /** Why a run is not running, in words; for one that has ended, how. */
    String why(RunId id);

    // Schedules

    /** What triggers runs at set times. */
    Schedules schedules();

    // Events

    /**
     * Hears of events as they are committed, by this process or another, on a thread of the engine's; from now on, until the
     * subscription or this engine is closed. For each event listeners are called in the order of their subscriptions. One that is slow is
     * overtaken and loses nothing: it goes on at its own pace.
     */
    Subscription on(EventFilter filter, EventListener listener);

    /**
     * As {@link #on(EventFilter, EventListener)}, on the given executor.
     *
     * @param executor one that refuses a call, be it that it is shut down or that it is full, or throws, ends the subscription, which is
     *     logged
     */
    default Subscription on(EventFilter filter, EventListener listener, Executor executor) {
        return on(filter, listener, ListenerOptions.none().executor(executor));
    }

    /** As {@link #on(EventFilter, EventListener)}, with options. */
    Subscription on(EventFilter filter, EventListener listener, ListenerOptions options);

    /** Who listens to events by {@code on}, in the order of their subscriptions. */
    List<ListenerInfo> listeners();

    /** As {@link #subscribe(String, EventFilter, EventListener, SubscriptionOptions)}, retried until it succeeds, from now on. */
    default Subscription subscribe(String name, EventFilter filter, EventListener listener) {
        return subscribe(name, filter, listener, SubscriptionOptions.none());
    }

    /**
     * Hears of events by a durable subscription: the store remembers under its name how far it has come. An event is acknowledged when the listener
     * has returned, and the next one is handed over after that is on the disk. Whoever subscribes by that name later, after a restart too,
     * goes on with the first event that was not acknowledged. So each is handed over at least once, and acknowledged once.
     *
     * <p>Any number of processes may subscribe by one name. One of them at a time is called; another takes over once that one has closed its
     * subscription, or its node is dead. One that is taken for dead and wakes up cannot acknowledge any more. What follows a call that
     * throws say the options.
     *
     * <p>When this returns the subscription is in the store, made if there was none, and nothing is lost from then on but what the log's
     * {@linkplain Retention#withEvents retention} deletes. It stays there until {@link #removeSubscription}, also after {@link Subscription#close()},
     * which only ends the delivery here.
     *
     * @param name 1 to 256 characters, upper and lower case told apart
     * @param filter what is handed over; it is not kept: whoever subscribes says it anew
     * @param listener called on a thread of the subscription's, or on the executor of the options; one call at a time
     * @throws IllegalStateException if this engine has subscribed by that name, and not closed it
     * @throws StoreException if the store could not be reached; the subscription may or may not be in it
     */
    Subscription subscribe(String name, EventFilter filter, EventListener listener, SubscriptionOptions options);

    /** The durable subscriptions of the store, by name. */
    List<SubscriptionInfo> subscriptions();

    /**
     * Removes a durable subscription from the store. Where it is delivered to, that ends, at the latest with the next event; a call under way
     * goes on and is not acknowledged.
     *
     * @return whether there was one
     */
    boolean removeSubscription(String name);

    /** The log of events, for who remembers how far he has come in it. */
    EventLog eventLog();

    /**
     * Raises an event outside of any run, for whoever listens. It is in the log when this returns.
     *
     * @param event 1 to 128 characters; names that begin with {@code run.} are the engine's
     * @param data anything that can be written as JSON; null for none
     * @throws IllegalArgumentException if it cannot, if that takes more than 256 KB, or for a name that is not allowed
     * @throws StoreException if the store could not be reached; it may or may not be in the log
     */
    void raise(String event, @Nullable Object data);

    /**
     * Waits for an event. One that is in the log already satisfies it at once, the oldest that passes; so name the run or something else
     * that tells it from those of the past. Reads the log, which goes back a day unless {@link Retention} says otherwise, but of a run that is named
     * no further than to its trigger; that is part of the time.
     *
     * @return empty if the time passed first
     * @throws StoreException if the time passed while the log could not be read
     * @throws IllegalStateException inside a task's body, where waiting would hold a slot
     */
    Optional<Event> awaitEvent(EventFilter filter, Duration timeout) throws InterruptedException;

    /**
     * Waits until one of these runs has ended in whatever way, without disturbing any. It takes no thread beside the caller's. A run that was
     * deleted counts as ended.
     *
     * @return one that has ended, the first in the given order if several have; empty if the time passed first
     * @throws IllegalArgumentException if there are none
     * @throws IllegalStateException inside a task's body, where waiting would hold a slot
     */
    <R extends Run<?>> Optional<R> awaitAny(Collection<R> runs, Duration timeout) throws InterruptedException;

    /**
     * Waits until all of these runs have ended in whatever way, without disturbing any. It takes no thread beside the caller's. A run that was
     * deleted counts as ended.
     *
     * @return whether they have; false if the time passed first
     * @throws IllegalStateException inside a task's body, where waiting would hold a slot
     */
    boolean awaitAll(Collection<? extends Run<?>> runs, Duration timeout) throws InterruptedException;

    // Locks

    /**
     * The locks that bodies take with {@link RunContext#lock(String)}, for code outside of them.
     *
     * @param name 1 to 256 characters, upper and lower case told apart
     */
    NamedLock lock(String name);

    /** The locks that somebody holds, by name. */
    List<LockInfo> locks();

    // Tokens

    /** What bodies wait for that is completed from outside. */
    Tokens tokens();

    // Keys

    /** By what programs show a server on this store who they are. */
    ApiKeys apiKeys();

    /** Bytes too large for a message, kept for a while. */
    Blobs blobs();

    // Values

    /**
     * A durable value by its name; there may be none yet. Nothing is read by this.
     *
     * @param name 1 to 256 characters, upper and lower case told apart
     */
    <T> Value<T> value(String name, Class<T> type);

    /** As {@link #value(String, Class)}, for types with arguments. */
    <T> Value<T> value(String name, TypeRef<T> type);

    /**
     * The durable values there are, by name, page by page.
     *
     * @param after the name after which to begin, such as the cursor of the page before; empty for the first page
     * @param limit values on a page, from 1 to 1000
     */
    Page<ValueInfo> values(String after, int limit);

    // Queues

    /** The queues of the store and their limits: to look at, to pause, to override. */
    Queues queues();

    /** What time it is by the clock that decides everything that is stored: the store's. */
    Instant now();

    // This node

    /** How many attempts this node makes at a time. */
    int concurrency();

    /**
     * Changes that while running. Lowering it ends no attempt.
     *
     * @param concurrency at least 1
     */
    void concurrency(int concurrency);

    /** The living engines on the store, oldest first. */
    List<NodeInfo> nodes();

    /**
     * Changes how many attempts another node makes at a time.
     *
     * @return whether there is such a node
     */
    boolean nodeConcurrency(long node, int concurrency);

    /**
     * Has a node start nothing any more, as before it is shut down: what executes there goes on, what it had claimed ahead goes back to
     * the queue. Its concurrency is 0 from then on, until somebody sets another.
     *
     * @param node this one's too
     * @return whether there is such a node
     */
    boolean drainNode(long node);

    /**
     * Stops claiming, lets attempts finish for a while (10 s unless set otherwise), interrupts the rest, and puts their runs back
     * in the queue without spending an attempt.
     */
    @Override
    void close();
}
