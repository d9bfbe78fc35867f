package dev.errand.engine;

import dev.errand.ApiKeys;
import dev.errand.Batches;
import dev.errand.Blobs;
import dev.errand.Errand;
import dev.errand.Event;
import dev.errand.EventFilter;
import dev.errand.EventListener;
import dev.errand.EventLog;
import dev.errand.ListenerInfo;
import dev.errand.ListenerOptions;
import dev.errand.LockInfo;
import dev.errand.NamedLock;
import dev.errand.NodeInfo;
import dev.errand.Page;
import dev.errand.Queues;
import dev.errand.Run;
import dev.errand.Schedules;
import dev.errand.Subscription;
import dev.errand.SubscriptionInfo;
import dev.errand.SubscriptionOptions;
import dev.errand.Tokens;
import dev.errand.TypeRef;
import dev.errand.Value;
import dev.errand.ValueInfo;
import dev.errand.WebhookTargets;
import dev.errand.Webhooks;
import dev.errand.engine.batch.OpenedBatches;
import dev.errand.engine.events.Subscriptions;
import dev.errand.engine.json.Codec;
import dev.errand.engine.json.Raised;
import dev.errand.engine.operation.StoredOperations;
import dev.errand.engine.schedule.Scheduling;
import dev.errand.engine.value.Values;
import dev.errand.spi.EngineSettings;
import dev.errand.store.Report;
import dev.errand.store.Store;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What all engines on a store share besides tasks and runs: nodes, queues and schedules, events, locks, tokens and values. */
abstract class CommonGround extends DirectTrigger implements Errand {
    final EngineSettings settings;
    final Store store;
    final Codec codec = new Codec();
    final Values values;
    private final Queues queues;
    private final ApiKeys apiKeys;
    private final StoredOperations operations;
    private final Webhooks webhooks;

    CommonGround(EngineSettings settings, Store store) {
        this.settings = settings;
        this.store = store;
        this.values = new Values(store.values(), codec, () -> membership().joinToWatch());
        this.queues = new StoredQueues(store.queues(), this::queuesChanged);
        this.apiKeys = new StoredApiKeys(store.apiKeys(), settings.clock());
        this.operations = new StoredOperations(store.operations(), settings.clock(), this);
        this.webhooks = new StoredWebhooks(store.webhooks(), settings.clock(), () -> this);
    }

    abstract Membership membership();

    abstract Scheduling scheduling();

    abstract Requests requests();

    @Override
    public List<NodeInfo> nodes() {
        return store.nodes().stream().map(NodeWords::heard).toList();
    }

    @Override
    public boolean nodeConcurrency(long number, int concurrency) {
        return requests().nodeConcurrency(number, concurrency);
    }

    @Override
    public boolean drainNode(long number) {
        return requests().drainNode(number);
    }

    @Override
    Store store() {
        return store;
    }

    Codec codec() {
        return codec;
    }

    abstract Listening listening();

    abstract Subscriptions subscribing();

    @Override
    public Subscription on(EventFilter filter, EventListener listener) {
        return listening().on(filter, listener, ListenerOptions.none());
    }

    @Override
    public Subscription on(EventFilter filter, EventListener listener, ListenerOptions options) {
        return listening().on(filter, listener, options);
    }

    @Override
    public List<ListenerInfo> listeners() {
        return listening().listeners();
    }

    @Override
    public Subscription subscribe(
            String name, EventFilter filter, EventListener listener, SubscriptionOptions options) {
        membership().joinToWatch();
        return subscribing().subscribe(name, filter, listener, options);
    }

    @Override
    public List<SubscriptionInfo> subscriptions() {
        return subscribing().list();
    }

    @Override
    public boolean removeSubscription(String name) {
        return subscribing().remove(name);
    }

    @Override
    public EventLog eventLog() {
        membership().joinToWatch();
        return subscribing().log();
    }

    @Override
    public WebhookTargets webhookTargets() {
        return new StoredWebhookTargets(store.subscriptions(), settings.clock());
    }

    @Override
    public void raise(String event, @Nullable Object data) {
        Raised raised = Raised.of(codec, event, data);
        store.raise(new Report.Raised(raised.name(), settings.clock().instant(), raised.data()));
    }

    @Override
    public Optional<Event> awaitEvent(EventFilter filter, Duration timeout) throws InterruptedException {
        return listening().awaitEvent(filter, timeout);
    }

    @Override
    public <R extends Run<?>> Optional<R> awaitAny(Collection<R> runs, Duration timeout) throws InterruptedException {
        return listening().awaitAny(runs, timeout);
    }

    @Override
    public boolean awaitAll(Collection<? extends Run<?>> runs, Duration timeout) throws InterruptedException {
        return listening().awaitAll(runs, timeout);
    }

    @Override
    public Queues queues() {
        return queues;
    }

    /** Who pauses a queue here sees nothing of it start here from then on. */
    private void queuesChanged() {
        Worker working = worker();
        if (working != null) {
            working.keeper.requested();
            working.keeper.queuesChanged();
        }
    }

    @Override
    public Batches batches() {
        return new OpenedBatches(
                store.batches(), batching(), triggers(), settings.clock(), lookup()::get, this::wakeForBatch);
    }

    @Override
    public Schedules schedules() {
        return scheduling().book();
    }

    @Override
    public NamedLock lock(String name) {
        return membership().locks().lock(name);
    }

    @Override
    public List<LockInfo> locks() {
        return membership().locks().holders();
    }

    @Override
    public Tokens tokens() {
        return new StoredTokens(store.tokens(), codec, settings.clock(), settings.maxOutput());
    }

    @Override
    public Instant now() {
        return settings.clock().instant();
    }

    @Override
    public ApiKeys apiKeys() {
        return apiKeys;
    }

    @Override
    public StoredOperations operations() {
        return operations;
    }

    @Override
    public Webhooks webhooks() {
        return webhooks;
    }

    @Override
    public Blobs blobs() {
        return new StoredBlobs(store.blobs(), settings.clock());
    }

    @Override
    SignalValues signalValues() {
        return new SignalValues(codec, settings.maxOutput());
    }

    @Override
    public <T> Value<T> value(String name, Class<T> type) {
        return values.value(name, type);
    }

    @Override
    public <T> Value<T> value(String name, TypeRef<T> type) {
        return values.value(name, type.type());
    }

    @Override
    public Page<ValueInfo> values(String after, int limit) {
        return values.list(after, limit);
    }
}
