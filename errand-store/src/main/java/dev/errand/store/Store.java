package dev.errand.store;

import dev.errand.Attempt;
import dev.errand.EmittedItem;
import dev.errand.Json;
import dev.errand.LogLine;
import dev.errand.NodeInfo;
import dev.errand.Page;
import dev.errand.PurgeAnswer;
import dev.errand.PurgeCounts;
import dev.errand.RescheduleAnswer;
import dev.errand.Retention;
import dev.errand.RetryAnswer;
import dev.errand.RunId;
import dev.errand.RunInfo;
import dev.errand.RunQuery;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Where runs are kept. The only thing that speaks SQL.
 *
 * <p>The trip of a run is {@link #enqueue} → {@link #claim} → (the engine executes) → {@link #record}. All else is a side door:
 * {@link #advance} moves what time has moved, {@link #recover} takes back what dead nodes held, the rest are questions and
 * operators' requests.
 *
 * <p>What every store promises:
 * <ul>
 *   <li>What a method has done is durable when it returns, or when its stage completes. Whoever calls at the same time may share a
 *       commit; one caller's error spoils nobody else's part.
 *   <li>Events of transitions are written in the commit of the transition.
 *   <li>A claim's id is unique for ever. Only its holder records: {@link #record} changes nothing for a claim that is no longer
 *       held, and says so.
 *   <li>A terminal state changes only by {@link #retry}.
 *   <li>Any thread may call; every method but {@link #claim}, {@link #record} and the listeners blocks until it is done.
 *       Interrupting a blocked caller does not break it off, the flag stays set.
 *   <li>Errors of the store itself are {@link dev.errand.StoreException}, with a message for a person.
 * </ul>
 */
public interface Store extends AutoCloseable {
    /** The URL without secrets, for messages. */
    String url();

    /** The clock that decides everything that is stored: what the store's nodes agree on, whatever their own clocks say. */
    Clock clock();

    // ── enqueue

    /**
     * Stores new runs, all in one commit: DELAYED if their due time lies ahead, else QUEUED. A run whose id is stored already is
     * left as it is, so that a caller that missed the answer may send the same runs again.
     *
     * @throws dev.errand.QueueFullException if a queue or task would have more pending runs with them than it takes; nothing was stored
     */
    void enqueue(List<NewRun> runs);

    /**
     * Stores new runs within a caller's transaction: they exist, may start, and are told of from its commit on, or never. Who asks
     * for one of them meanwhile waits for that transaction; nobody else waits for anything but the store's own locks. Nothing of it
     * is committed, rolled back or closed here.
     *
     * @param connection with auto-commit off
     * @throws IllegalArgumentException if it leads to another database than the store's
     * @throws dev.errand.QueueFullException as above, if what is committed by now and what this transaction has stored is too much; nothing
     *     was written, and the transaction may go on
     */
    void enqueue(Connection connection, List<NewRun> runs) throws SQLException;

    /**
     * Waits while a transaction is open that may have stored this run with {@link #enqueue(Connection, List)}, at most so long.
     *
     * @return whether there is no such transaction any more; then {@link #find} knows the run, or nobody ever will
     */
    boolean settled(RunId run, Duration timeout) throws InterruptedException;

    /**
     * Stores a run that goes on where another was, as {@link #enqueue(List)}, and what it takes over, all in one commit: nobody claims it
     * before that is there.
     *
     * @return false if something of what it was to take over is not there any more; then nothing was stored
     * @throws dev.errand.QueueFullException as {@link #enqueue(List)}; nothing was stored
     */
    boolean replay(Replay replay);

    /** Triggers with keys. */
    KeyStore keys();

    // ── claim

    /**
     * Claims queued runs for this node in order of their position (due time minus priority), oldest first, as soon as there is
     * one: the stage completes with at least one claim, which is committed. If nothing is claimable, the request stands until a
     * commit of this or another process, {@link #advance} or {@link #recover} makes something so. A store has one standing
     * request: the next call replaces it, and the stage of the one before completes with an empty list, or with what it got.
     *
     * <p>Needs {@link #join}. The stage completes on the store's thread: do little in it.
     */
    CompletionStage<List<Claim>> claim(ClaimRequest request);

    // ── record

    /**
     * Writes what became of claimed runs, all in one commit together with the events. An answer for each report, in order:
     * {@link Receipt#LOST} if the claim is not held any more, in which case nothing was written for it. Repeating a report that
     * ended a claim answers {@link Receipt#RECORDED} as before.
     *
     * <p>The stage completes on the store's thread, after the commit; exceptionally with a StoreException if nothing was written,
     * after which the same reports may be sent again.
     */
    CompletionStage<List<Receipt>> record(List<Report> reports);

    /**
     * Ends a run as COMPLETED within a caller's transaction: it has ended from that transaction's commit on. Record the end
     * afterwards as well, however the body ended: if the transaction was committed, {@link #record} answers
     * {@link Receipt#RECORDED} and changes nothing, else that end counts.
     *
     * @param connection with auto-commit off
     * @param noted what is to be kept with the run by the same commit, null for nothing; asked for once the transaction holds the
     *     locks it needs, so that no report of this run is being recorded
     * @return {@link Receipt#LOST} if the claim is held no more, or somebody asked the run to stop; then nothing was written, and
     *     the transaction is best rolled back
     * @throws IllegalArgumentException if it leads to another database than the store's
     */
    Receipt complete(Connection connection, Supplier<Report.@Nullable Noted> noted, Report.Ended end)
            throws SQLException;

    /**
     * Stores runs that a body triggers together with the step that says so, in one commit. A run whose id is stored already is left as it
     * is, and so is one of which it is kept that it was awaited, so that a caller that missed the answer may send the same again. If
     * somebody asked the claim's run to stop nothing that is awaited is triggered, as if its children had been cancelled with it.
     *
     * @return {@link Receipt#LOST} if the claim is held no more; then nothing was written
     * @throws dev.errand.QueueNotFoundException if nobody declared the queue of one of them; nothing was written
     * @throws dev.errand.QueueFullException as {@link #enqueue(List)}; nothing was written
     */
    Receipt spawn(Spawn spawn);

    /** Transactions that are steps. */
    TransactionStore transactions();

    // ── time

    /**
     * Does what has become due: DELAYED, RETRYING and WAITING runs whose due time has come become QUEUED, queued ones past their expiry
     * become EXPIRED, queued runs of removed tasks FAILED. Bounded work: if there is more, the answer is an instant that has passed.
     * Leaves schedules alone, but knows when the next of them is due.
     *
     * @return when there will be something to do next, here or for {@link #schedules}, as far as is known; empty for never
     */
    Optional<Instant> advance();

    /**
     * Deletes ended runs past their retention and events past theirs, at most so many runs. Events of one commit go together.
     *
     * @return how many runs were deleted
     */
    int prune(Retention retention, int limit);

    // ── nodes

    /**
     * Makes this process a node, until {@link #leave} or {@link #close}.
     *
     * @param version of the code of its tasks; null for none
     * @return its number, unique for ever
     */
    long join(String name, int concurrency, @Nullable String version);

    /** As {@link #join(String, int, String)}, of a node that does not say which version of its code it has. */
    default long join(String name, int concurrency) {
        return join(name, concurrency, null);
    }

    /** Says which tasks this node has the code of, aliases included, for {@link #nodes}. Needs {@link #join}. */
    void serve(Set<String> tasks);

    /** Gives back what this node has claimed and not recorded, spending no attempt, and takes it off the list. */
    void leave();

    /**
     * Says that this node lives.
     *
     * @return the concurrency somebody wants it to have; empty if its lease was lost and its claims recovered: stop all bodies,
     *     and join anew
     */
    Optional<Integer> beat();

    /**
     * As {@link #beat}, and looks what there is to do for all: to be called every five seconds, or sooner if {@link Look#again} says so, by
     * each node that also calls {@link #recover} and {@link #advance} when told to.
     *
     * @return empty if the lease was lost, as from {@link #beat}
     */
    Optional<Look> look();

    /** How long a node that does not beat is taken to be alive; empty if the death of a process shows at once. */
    Optional<Duration> lease();

    /**
     * Takes back what nodes held that have died since. A run whose start was recorded counts a redelivery; one that was merely
     * claimed does not, but its next claim is {@link Claim#suspect()}. The attempt is the same again. Runs are QUEUED at their
     * old position.
     *
     * @return how many runs were taken back
     */
    int recover();

    /** The living nodes, oldest first. */
    List<NodeInfo> nodes();

    /** Likewise, and those that have not said for a while that they live, as long as nobody has taken them for dead: they may be back. */
    List<NodeInfo> knownNodes();

    /**
     * Wishes a node another concurrency, 0 for one that starts nothing more; the node learns it with its next {@link #beat}, and is woken for it.
     *
     * @return whether there is such a node
     */
    boolean concurrency(long node, int concurrency);

    // ── batches

    /** Runs that were triggered together. */
    BatchStore batches();

    // ── tokens

    /** What runs wait for that is completed from outside. */
    TokenStore tokens();

    // ── keys of programs

    /** By what programs show a server who they are. */
    ApiKeyStore apiKeys();

    /** Bytes too large for a message. */
    BlobStore blobs();

    /** Who changed what, and requests about many runs. */
    OperationStore operations();

    /** By what other systems trigger runs. */
    WebhookStore webhooks();

    // ── values

    /** What is kept under names, and waited for until it changes. */
    ValueStore values();

    /** Runs at which conditions of others look. */
    WatchStore watches();

    // ── signals

    /** What is said to runs, and what they publish. */
    SignalStore signals();

    /** What others than their bodies note on runs. */
    NoteStore notes();

    // ── durable subscriptions

    /** How far durable subscriptions have come in the log. */
    SubscriptionStore subscriptions();

    // ── locks

    /** The locks, and the lines before them. */
    LockStore locks();

    // ── tasks

    /** Stores definitions, replacing those with the same id, ignoring case; a removed task is known again. */
    void declare(List<TaskEntry> tasks);

    /** All definitions that are not removed, by id. */
    List<TaskEntry> tasks();

    /** Marks a task as removed; its queued runs end FAILED with the next {@link #advance}. Nothing if unknown. */
    void removeTask(String id);

    // ── queues

    /** Queues, and the limits under which claims are made. */
    QueueStore queues();

    // ── schedules

    /** Where schedules are kept. */
    ScheduleStore schedules();

    // ── requests about one run

    /**
     * See {@link dev.errand.Run#cancel()}; a run that is claimed is left to its node, which is woken. In the same commit its children
     * are cancelled, and theirs: runs whose {@link RunOptions#parent()} it is.
     */
    CancelReceipt cancel(RunId run, String reason);

    /** Runs this node holds for which a cancel was requested. */
    List<CancelRequest> cancelRequests();

    /**
     * See {@link dev.errand.Run#retry()}.
     *
     * @param maxAttempts how many attempts the run may make
     * @param expiresAt when it expires unless started; null for never
     * @param force whether to disregard the budget and the kind of failure
     */
    RetryAnswer retry(RunId run, int maxAttempts, @Nullable Instant expiresAt, boolean force);

    RescheduleAnswer reschedule(RunId run, Instant due, @Nullable Instant expiresAt);

    /**
     * With force, a run that executes loses its claim: its node learns so at the next record. The event of a run that had not ended
     * says that it is CANCELED.
     */
    PurgeAnswer purge(RunId run, boolean force);

    /** As {@link #purge(RunId, boolean)}, of many: with few commits, after each of which some of them are gone. */
    PurgeCounts purge(List<RunId> runs, boolean force);

    // ── questions

    Optional<RunInfo> find(RunId run);

    /** Newest first, whatever order the query asks for: {@link RunQuery#byStage()} is made of several such lists. */
    Page<RunInfo> list(RunQuery query);

    /** Oldest first, the present one included; empty if there is no such run or it never started. */
    List<Attempt> attempts(RunId run);

    /** What the latest attempt emitted, in order, and nobody has taken. */
    List<Json> emitted(RunId run);

    /** What all attempts emitted after a position and nobody has taken, oldest first. */
    List<EmittedItem> emitted(RunId run, long after, int limit);

    /** As {@link #emitted(RunId, long, int)} from the beginning; of those who take at the same time each gets others. Positions go on growing. */
    List<EmittedItem> takeEmitted(RunId run, int limit);

    /** Log lines after a position, oldest first. */
    List<LogLine> log(RunId run, long after, int limit);

    /** Steps of a run after a position, in the order of their positions; at most so many. Those of all attempts. */
    List<StepEntry> steps(RunId run, int after, int limit);

    /**
     * How runs have ended that another awaits, in no order; those that have not are left out. What is kept of that is kept with the run that
     * awaits them, whatever becomes of themselves: deleted or retried by hand, their first end counts.
     *
     * @param run by which they were {@linkplain #spawn spawned} to be awaited
     */
    List<AwaitedEnd> ends(RunId run, List<RunId> awaited);

    /** How many runs wait in front of a queued one, counting at most so far. */
    int ahead(RunId run, int atMost);

    // ── events

    /** Events after a cursor, at most about so many, and not {@link EventPage#MUCH}: what shared a commit is not torn apart. */
    EventPage events(EventCursor after, int limit);

    /** As {@link #events}, for one thread that tells of what happens as it happens: it waits for nobody else's question. */
    EventPage eventsAhead(EventCursor after, int limit);

    /** After all that is committed now. */
    EventCursor lastEvent();

    /**
     * Before all that was written at a time or later; by the store's clock, as long as nobody sets that back. For who has no need of what was
     * before, of which the log may be full.
     */
    EventCursor cursorAt(Instant at);

    /** What was deleted of the events that follow a cursor; of {@link EventCursor#START} how far that goes, and 0 events. */
    EventLoss lost(EventCursor after);

    /** Writes an event that belongs to no run: that of {@link RunId#NONE}, of no task. */
    void raise(Report.Raised event);

    /** Calls after every commit that wrote events or requests. */
    void onCommit(CommitListener listener);

    /** What the store knows about its own health. */
    StoreHealth health();

    /** Leaves if joined, and lets go of everything. */
    @Override
    void close();
}
