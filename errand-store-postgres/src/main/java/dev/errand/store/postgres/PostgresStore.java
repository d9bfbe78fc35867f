package dev.errand.store.postgres;

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
import dev.errand.store.NoteStore;
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
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The store on a PostgreSQL database. Here each request is sent to where it is answered: a lane, the desk, or a question. */
final class PostgresStore extends AnsweringStore {
    private final Desk desk;
    private final Trip trip;
    private final Arrivals arrivals;
    private final UserTransactions userTransactions;
    private final Spawning spawning;
    private final Advancing advancing;
    private final Nodes nodes;
    private final Recovery recovery;
    private final Pruning pruning;
    private final Batches batches;
    private final News news;
    private final Queues queues;
    private final Keys keys;
    private final StepTransactions transactions;
    private final Signals signals;
    private boolean closed;

    private PostgresStore(Surroundings surroundings, Connections connections, Pool pool) {
        super(surroundings, pool);
        this.desk = new Desk(pool, surroundings);
        this.trip = new Trip(connections, surroundings);
        this.arrivals = new Arrivals(surroundings, pool, desk, trip);
        this.userTransactions = new UserTransactions(surroundings, pool, trip);
        this.spawning = new Spawning(surroundings, pool, desk, trip);
        this.advancing = new Advancing(desk, surroundings.tasks(), surroundings.changes());
        this.nodes = new Nodes(surroundings, desk, pool);
        this.recovery = new Recovery(surroundings, new Looking(surroundings, pool, nodes), desk);
        this.pruning = new Pruning(desk);
        this.batches = new Batches(surroundings, pool, desk, userTransactions);
        this.news = new News(connections, surroundings, pool, desk, trip, nodes);
        this.queues = new Queues(surroundings, desk, pool, trip);
        this.keys = new Keys(surroundings, desk, userTransactions);
        this.signals = new Signals(
                surroundings, pool, desk, userTransactions, new Values(surroundings, pool, userTransactions));
        this.transactions = new StepTransactions(surroundings, connections, desk, trip);
        trip.start();
        news.start();
    }

    static PostgresStore open(Settings settings, Clock clock) {
        return open(settings, clock, Migrations.NEWEST);
    }

    /** As code that knew this schema and none newer. */
    static PostgresStore open(Settings settings, Clock clock, int known) {
        Connections connections = new Connections(settings);
        Surroundings surroundings = new Surroundings(settings, new Time(clock));
        surroundings.read(connections, known);
        return new PostgresStore(surroundings, connections, new Pool(settings, connections));
    }

    @Override
    public String url() {
        return surroundings.settings().shownUrl();
    }

    @Override
    public Clock clock() {
        return surroundings.time().clock();
    }

    // ── the trip

    @Override
    public void enqueue(List<NewRun> runs) {
        arrivals.enqueue(runs);
    }

    @Override
    public void enqueue(Connection connection, List<NewRun> runs) throws SQLException {
        userTransactions.enqueue(connection, runs);
    }

    @Override
    public boolean settled(RunId run, Duration timeout) throws InterruptedException {
        return userTransactions.awaitEnd(run, timeout);
    }

    @Override
    public Receipt complete(Connection connection, Supplier<Report.@Nullable Noted> noted, Report.Ended end)
            throws SQLException {
        return userTransactions.complete(connection, noted, end);
    }

    @Override
    public boolean replay(Replay replay) {
        return new Replaying(surroundings, pool, desk).replay(replay);
    }

    @Override
    public CompletionStage<List<Claim>> claim(ClaimRequest request) {
        return trip.claim(request);
    }

    /** Whether what was asked for has yet to be looked for, since something may have become claimable. */
    boolean isToLook() {
        return trip.isToLook();
    }

    @Override
    public Receipt spawn(Spawn spawn) {
        return spawning.spawn(spawn);
    }

    @Override
    public CompletionStage<List<Receipt>> record(List<Report> reports) {
        return trip.record(reports);
    }

    // ── time and nodes

    @Override
    public Optional<Instant> advance() {
        return trip.orRate(advancing.advance());
    }

    @Override
    public int prune(Retention retention, int limit) {
        return pruning.prune(retention, limit);
    }

    @Override
    public long join(String name, int concurrency, @Nullable String version) {
        leave();
        long number = nodes.join(name, concurrency, version);
        news.listen();
        trip.noticed();
        return number;
    }

    @Override
    public void serve(Set<String> tasks) {
        nodes.serve(tasks);
    }

    @Override
    public void leave() {
        long node = surroundings.node();
        if (node != 0) {
            trip.leave();
            nodes.leave(node);
        }
    }

    @Override
    public Optional<Integer> beat() {
        return trip.orLeave(nodes.beat());
    }

    @Override
    public Optional<Look> look() {
        return trip.orLeave(recovery.look(trip.rateAt()));
    }

    @Override
    public Optional<Duration> lease() {
        return Optional.of(Duration.ofNanos(Looking.LEASE * 1_000));
    }

    @Override
    public int recover() {
        return recovery.recover();
    }

    @Override
    public List<NodeInfo> nodes() {
        return nodes.living();
    }

    @Override
    public List<NodeInfo> knownNodes() {
        return nodes.known();
    }

    @Override
    public boolean concurrency(long node, int concurrency) {
        return nodes.wishConcurrency(node, concurrency);
    }

    // ── parts of their own

    @Override
    public BatchStore batches() {
        return batches;
    }

    @Override
    public LockStore locks() {
        return new Locks(surroundings, pool);
    }

    @Override
    public QueueStore queues() {
        return queues;
    }

    @Override
    public ScheduleStore schedules() {
        return new Schedules(surroundings, pool, desk);
    }

    @Override
    public KeyStore keys() {
        return keys;
    }

    @Override
    public TokenStore tokens() {
        return new Tokens(surroundings, pool, desk);
    }

    @Override
    public ApiKeyStore apiKeys() {
        return new ApiKeys(surroundings, pool);
    }

    @Override
    public BlobStore blobs() {
        return new Blobs(surroundings, pool);
    }

    @Override
    public ValueStore values() {
        return new Values(surroundings, pool, userTransactions);
    }

    @Override
    public WatchStore watches() {
        return new Watching(pool, desk);
    }

    @Override
    public SignalStore signals() {
        return signals;
    }

    @Override
    public NoteStore notes() {
        return new OutsideNotes(pool, desk);
    }

    @Override
    public SubscriptionStore subscriptions() {
        return new Subscriptions(surroundings, pool, desk);
    }

    @Override
    public void raise(Report.Raised event) {
        desk.transact(tx -> {
            tx.events().raised(event);
            return event;
        });
    }

    @Override
    public TransactionStore transactions() {
        return transactions;
    }

    // ── tasks

    @Override
    public void declare(List<TaskEntry> tasks) {
        changeTasks(tx -> Tasks.declare(tx, tasks));
    }

    @Override
    public List<TaskEntry> tasks() {
        return pool.ask(Tasks::all);
    }

    @Override
    public void removeTask(String id) {
        changeTasks(tx -> Tasks.remove(tx, id));
    }

    private <T> void changeTasks(Desk.Work<T> change) {
        desk.transact(change);
        pool.run(surroundings.tasks()::load);
        trip.noticed();
    }

    // ── requests about one run

    @Override
    public CancelReceipt cancel(RunId run, String reason) {
        return desk.request(tx -> Requests.cancel(tx, run, reason));
    }

    @Override
    public List<CancelRequest> cancelRequests() {
        return nodes.anyCancels() ? pool.ask(database -> Requests.cancels(database, surroundings.node())) : List.of();
    }

    @Override
    public RetryAnswer retry(RunId run, int maxAttempts, @Nullable Instant expiresAt, boolean force) {
        return desk.request(tx -> Requests.retry(tx, run, maxAttempts, Times.microsOrNull(expiresAt), force));
    }

    @Override
    public RescheduleAnswer reschedule(RunId run, Instant due, @Nullable Instant expiresAt) {
        return desk.request(tx -> Requests.reschedule(tx, run, Times.micros(due), Times.microsOrNull(expiresAt)));
    }

    @Override
    public PurgeAnswer purge(RunId run, boolean force) {
        return desk.request(tx -> Deleting.purge(tx, run, force));
    }

    @Override
    public PurgeCounts purge(List<RunId> runs, boolean force) {
        return new Purging(desk, force).purge(runs);
    }

    @Override
    public List<EmittedItem> takeEmitted(RunId run, int limit) {
        return desk.transact(tx -> Emitted.take(tx, run, limit));
    }

    @Override
    public void onCommit(CommitListener listener) {
        news.add(listener);
    }

    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            leave();
        } finally {
            trip.close();
            news.close();
            transactions.close();
            pool.close();
        }
    }

    /** As if this process had died: gives nothing back, writes nothing more. For tests. */
    synchronized void abandon() {
        closed = true;
        trip.abandon();
        news.close();
        transactions.close();
        pool.close();
    }
}
