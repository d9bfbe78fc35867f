package dev.errand.store.sqlite;

import dev.errand.EmittedItem;
import dev.errand.NodeInfo;
import dev.errand.PurgeAnswer;
import dev.errand.PurgeCounts;
import dev.errand.RescheduleAnswer;
import dev.errand.Retention;
import dev.errand.RetryAnswer;
import dev.errand.RunId;
import dev.errand.store.ApiKeyStore;
import dev.errand.store.BatchStore;
import dev.errand.store.BlobStore;
import dev.errand.store.CancelReceipt;
import dev.errand.store.CancelRequest;
import dev.errand.store.Claim;
import dev.errand.store.ClaimRequest;
import dev.errand.store.CommitListener;
import dev.errand.store.KeyStore;
import dev.errand.store.LockStore;
import dev.errand.store.Look;
import dev.errand.store.NewRun;
import dev.errand.store.QueueStore;
import dev.errand.store.Receipt;
import dev.errand.store.Replay;
import dev.errand.store.Report;
import dev.errand.store.ScheduleStore;
import dev.errand.store.SignalStore;
import dev.errand.store.Spawn;
import dev.errand.store.SubscriptionStore;
import dev.errand.store.TaskEntry;
import dev.errand.store.TokenStore;
import dev.errand.store.TransactionStore;
import dev.errand.store.ValueStore;
import dev.errand.store.WatchStore;
import dev.errand.store.format.Times;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The store on one SQLite file. Here each request is sent to where it is answered: the writer, or a reader. */
final class SqliteStore extends AnsweringStore {
    private final StepTransactions transactions;
    private final Claiming claiming = new Claiming();
    private final Listeners listeners = new Listeners();
    private final Pings pings = new Pings();
    final Writer writer;
    private final Nodes nodes;
    private final Recovery recovery;
    private final Pruning pruning;
    private final Locks locks;
    private final UserTransactions users;
    private final Batches batches;
    private final Queues queues;
    private final Schedules schedules;
    private final Keys keys;
    private final Values values;
    private final Signals signals;
    private final Subscriptions subscriptions;
    private boolean closed;

    private SqliteStore(Location location, Database database, Clock clock) {
        super(location, clock);
        Tx tx = new Tx(database, clock);
        Turns turns = new Turns();
        this.transactions = new StepTransactions(location, readers, turns, StepTransactions.LONGEST);
        this.writer = new Writer(location, database, tx, claiming, listeners, turns);
        NodeLocks nodeLocks = new NodeLocks(location.nodes());
        this.nodes = new Nodes(writer, readers, nodeLocks, pings, claiming, tx);
        this.recovery = new Recovery(nodes, nodeLocks, readers, writer);
        this.pruning = new Pruning(writer, readers);
        this.locks = new Locks(writer, readers, nodes);
        this.users = new UserTransactions(location, clock, writer, tx::node);
        this.batches = new Batches(writer, readers, users);
        this.queues = new Queues(writer, readers);
        this.schedules = new Schedules(writer, readers);
        this.keys = new Keys(writer, users);
        this.values = new Values(writer, readers, listeners, users);
        this.signals = new Signals(writer, readers, users, values);
        this.subscriptions = new Subscriptions(writer, readers, nodeLocks, tx::node);
        listeners.others(() -> pings.send(tx.peers()));
        writer.start();
    }

    static SqliteStore open(Location location, Clock clock) {
        location.check();
        Database database = null;
        try {
            database = Database.writer(location);
            Opening.prepare(location, database);
            return new SqliteStore(location, database, clock);
        } catch (SQLException | RuntimeException e) {
            Opening.discard(database);
            throw SqliteErrors.toThrow(location, e);
        }
    }

    @Override
    public String url() {
        return location.url();
    }

    @Override
    public Clock clock() {
        return clock;
    }

    @Override
    public void enqueue(List<NewRun> runs) {
        if (!runs.isEmpty()) {
            writer.enqueue(runs);
        }
    }

    @Override
    public void enqueue(Connection connection, List<NewRun> runs) throws SQLException {
        if (!runs.isEmpty()) {
            users.write(connection, tx -> Enqueueing.enqueue(tx, runs));
        }
    }

    @Override
    public boolean replay(Replay replay) {
        return writer.call(tx -> Replaying.replay(tx, replay));
    }

    @Override
    public KeyStore keys() {
        return keys;
    }

    @Override
    public Receipt complete(Connection connection, Supplier<Report.@Nullable Noted> noted, Report.Ended end)
            throws SQLException {
        return users.complete(connection, noted, end);
    }

    /** A transaction that has written holds the lock: once the writer gets it, none that was open now is open any more. */
    @Override
    public boolean settled(RunId run, Duration timeout) throws InterruptedException {
        return writer.isFreeWithin(timeout);
    }

    @Override
    public CompletionStage<List<Claim>> claim(ClaimRequest request) {
        if (request.max() < 1) {
            throw new IllegalArgumentException("a claim is for 1 run or more, not " + request.max());
        }
        CompletableFuture<List<Claim>> stage = new CompletableFuture<>();
        Claiming.Standing standing = new Claiming.Standing(request, stage);
        return writer.submit(tx -> claiming.request(tx, standing)).thenCompose(accepted -> stage);
    }

    @Override
    public CompletionStage<List<Receipt>> record(List<Report> reports) {
        return writer.submit(tx -> Recording.record(tx, reports));
    }

    @Override
    public Receipt spawn(Spawn spawn) {
        return writer.call(tx -> Spawning.spawn(tx, spawn));
    }

    @Override
    public TransactionStore transactions() {
        return transactions;
    }

    @Override
    public Optional<Instant> advance() {
        return writer.call(Advancing::advance);
    }

    @Override
    public int prune(Retention retention, int limit) {
        return pruning.prune(retention, limit);
    }

    @Override
    public long join(String name, int concurrency, @Nullable String version) {
        return nodes.join(name, concurrency, version);
    }

    @Override
    public void serve(Set<String> tasks) {
        nodes.serve(tasks);
    }

    @Override
    public void leave() {
        nodes.leave();
    }

    @Override
    public Optional<Integer> beat() {
        return nodes.beat();
    }

    @Override
    public Optional<Look> look() {
        // Who is dead an operating-system lock tells, whatever time has passed: no lease can end too early.
        return nodes.beat().map(concurrency -> new Look(concurrency, true, Instant.MIN, Duration.ofHours(1)));
    }

    @Override
    public Optional<Duration> lease() {
        return Optional.empty(); // an operating-system lock tells
    }

    @Override
    public int recover() {
        return recovery.recover();
    }

    @Override
    public List<NodeInfo> nodes() {
        return nodes.living();
    }

    /** Who lives is known at once here. */
    @Override
    public List<NodeInfo> knownNodes() {
        return nodes();
    }

    @Override
    public boolean concurrency(long node, int concurrency) {
        return nodes.wishConcurrency(node, concurrency);
    }

    @Override
    public BatchStore batches() {
        return batches;
    }

    @Override
    public TokenStore tokens() {
        return new Tokens(writer, readers, clock);
    }

    @Override
    public ApiKeyStore apiKeys() {
        return new ApiKeys(writer, readers);
    }

    @Override
    public Webhooks webhooks() {
        return new Webhooks(writer, readers);
    }

    @Override
    public BlobStore blobs() {
        return new Blobs(writer, readers);
    }

    @Override
    public ValueStore values() {
        return values;
    }

    @Override
    public WatchStore watches() {
        return new Watching(writer, readers);
    }

    @Override
    public SignalStore signals() {
        return signals;
    }

    @Override
    Writer writer() {
        return writer;
    }

    @Override
    public SubscriptionStore subscriptions() {
        return subscriptions;
    }

    @Override
    public void raise(Report.Raised event) {
        writer.call(tx -> {
            tx.events().raised(event);
            return event;
        });
    }

    @Override
    public LockStore locks() {
        return locks;
    }

    @Override
    public void declare(List<TaskEntry> tasks) {
        writer.call(tx -> Tasks.declare(tx, tasks));
    }

    @Override
    public List<TaskEntry> tasks() {
        return readers.ask(Tasks::all);
    }

    @Override
    public void removeTask(String id) {
        writer.call(tx -> Tasks.remove(tx, id));
    }

    @Override
    public QueueStore queues() {
        return queues;
    }

    @Override
    public ScheduleStore schedules() {
        return schedules;
    }

    @Override
    public CancelReceipt cancel(RunId run, String reason) {
        return writer.call(tx -> Requests.cancel(tx, run, reason));
    }

    @Override
    public List<CancelRequest> cancelRequests() {
        return readers.ask(database -> Questions.cancels(database, nodes.self()));
    }

    @Override
    public RetryAnswer retry(RunId run, int maxAttempts, @Nullable Instant expiresAt, boolean force) {
        return writer.call(tx -> Requests.retry(tx, run, maxAttempts, Times.microsOrNull(expiresAt), force));
    }

    @Override
    public RescheduleAnswer reschedule(RunId run, Instant due, @Nullable Instant expiresAt) {
        return writer.call(tx -> Requests.reschedule(tx, run, Times.micros(due), Times.microsOrNull(expiresAt)));
    }

    @Override
    public PurgeAnswer purge(RunId run, boolean force) {
        return writer.call(tx -> Deleting.purge(tx, run, force));
    }

    @Override
    public PurgeCounts purge(List<RunId> runs, boolean force) {
        return Deleting.purge(writer, runs, force);
    }

    @Override
    public List<EmittedItem> takeEmitted(RunId run, int limit) {
        return writer.call(tx -> Emitted.take(tx, run, limit));
    }

    @Override
    public void onCommit(CommitListener listener) {
        listeners.add(listener);
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            try {
                nodes.leave();
            } finally {
                end();
            }
        }
    }

    private void end() {
        transactions.close();
        readers.close();
        writer.close();
        pings.close();
        if (location.temporary()) {
            Opening.deleteFolder(location);
        }
    }

    /** As if this process had died: gives nothing back, writes nothing more. For tests. */
    synchronized void abandon() {
        closed = true;
        writer.abandon();
        nodes.abandon();
        transactions.close();
        readers.close();
        pings.close();
    }
}
