package dev.errand.client;

import dev.errand.ApiKeys;
import dev.errand.Batch;
import dev.errand.BatchId;
import dev.errand.BatchInfo;
import dev.errand.BatchOptions;
import dev.errand.Batches;
import dev.errand.Blobs;
import dev.errand.Event;
import dev.errand.EventFilter;
import dev.errand.EventListener;
import dev.errand.EventLog;
import dev.errand.Json;
import dev.errand.ListenerInfo;
import dev.errand.ListenerOptions;
import dev.errand.LockInfo;
import dev.errand.NodeInfo;
import dev.errand.Page;
import dev.errand.PurgeCounts;
import dev.errand.Queues;
import dev.errand.Run;
import dev.errand.RunId;
import dev.errand.RunInfo;
import dev.errand.RunQuery;
import dev.errand.Schedules;
import dev.errand.SignalAnswer;
import dev.errand.Subscription;
import dev.errand.SubscriptionInfo;
import dev.errand.Task;
import dev.errand.TaskInfo;
import dev.errand.TaskNotFoundException;
import dev.errand.TimeoutFrom;
import dev.errand.Tokens;
import dev.errand.TriggerOptions;
import dev.errand.TriggerRequest;
import dev.errand.TypeRef;
import dev.errand.Value;
import dev.errand.ValueInfo;
import java.lang.reflect.Type;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** An engine behind a server: each word is a question to it. */
final class RemoteErrand extends NoEngine {
    private static final String TASKS = "tasks";
    private static final String NODES = "nodes";

    private final Connected client;
    private final Triggers triggers;
    private final Listeners listeners;

    private record Freed(boolean freed) {}

    private record Why(String why) {}

    private record Removed(boolean removed) {}

    private record Raised(String name, @Nullable Json data) {}

    private record Signal(String name, Json value) {}

    private record Signaled(SignalAnswer answer) {}

    private record Time(Instant now) {}

    RemoteErrand(Server server) {
        super(server);
        this.client = Connected.to(server);
        this.triggers = new Triggers(client);
        this.listeners = new Listeners(client);
    }

    private <T> List<T> items(String path, TypeRef<Page<T>> type) {
        return server.ask(Ask.get(path), type).items();
    }

    // ── triggering

    @Override
    public <P extends @Nullable Object, O extends @Nullable Object> Run<O> trigger(Task<P, O> task, P payload) {
        return triggers.trigger(task, payload, TriggerOptions.none());
    }

    @Override
    public <P extends @Nullable Object, O extends @Nullable Object> Run<O> trigger(
            Task<P, O> task, P payload, TriggerOptions options) {
        return triggers.trigger(task, payload, options);
    }

    @Override
    public Run<Json> trigger(String task, @Nullable Object payload) {
        return triggers.trigger(task, payload, TriggerOptions.none());
    }

    @Override
    public Run<Json> trigger(String task, @Nullable Object payload, TriggerOptions options) {
        return triggers.trigger(task, payload, options);
    }

    @Override
    public <P extends @Nullable Object, O extends @Nullable Object> List<Run<O>> triggerAll(
            Task<P, O> task, List<? extends P> payloads) {
        return triggers.triggerAll(task, payloads, TriggerOptions.none());
    }

    @Override
    public <P extends @Nullable Object, O extends @Nullable Object> List<Run<O>> triggerAll(
            Task<P, O> task, List<? extends P> payloads, TriggerOptions options) {
        return triggers.triggerAll(task, payloads, options);
    }

    @Override
    public List<Run<Json>> triggerAll(List<TriggerRequest> requests) {
        return triggers.triggerAll(requests);
    }

    @Override
    public <P extends @Nullable Object, O extends @Nullable Object> Batch<O> triggerBatch(
            Task<P, O> task, List<? extends P> payloads, BatchOptions options) {
        return triggers.triggerBatch(task, payloads, options);
    }

    @Override
    public Batch<Json> triggerBatch(List<TriggerRequest> requests, BatchOptions options) {
        return triggers.triggerBatch(requests, options);
    }

    @Override
    public SignalAnswer signal(RunId run, String name, @Nullable Object value) {
        Signal signal = new Signal(name, Written.of("The value of a signal", value));
        return server.ask(Ask.post(Address.path("runs", run, "signals"), signal), Signaled.class)
                .answer();
    }

    @Override
    public <P extends @Nullable Object, O extends @Nullable Object> @Nullable Object triggerAndWait(
            Task<P, O> task, P payload, Duration timeout) throws InterruptedException {
        TriggerOptions options = TriggerOptions.none().timeout(timeout, TimeoutFrom.CREATION);
        return trigger(task, payload, options).consume(timeout);
    }

    @Override
    public boolean resetKey(String task, String key) {
        return server.ask(Ask.delete(Address.path(TASKS, task, "keys", key)), Freed.class)
                .freed();
    }

    // ── tasks

    @Override
    public void remove(String task) {
        server.ask(Ask.delete(Address.path(TASKS, task)).repeated());
    }

    @Override
    public void removeAll() {
        server.ask(Ask.delete(Address.path(TASKS)).repeated());
    }

    @Override
    public List<TaskInfo> tasks() {
        return items(Address.path(TASKS), new TypeRef<Page<TaskInfo>>() {});
    }

    @Override
    public Optional<TaskInfo> task(String id) {
        try {
            return Optional.of(server.ask(Ask.get(Address.path(TASKS, id)), TaskInfo.class));
        } catch (TaskNotFoundException e) {
            return Optional.empty();
        }
    }

    // ── runs

    @Override
    public Run<Json> run(RunId id) {
        return run(id, Json.class);
    }

    @Override
    public <O extends @Nullable Object> Run<O> run(RunId id, Task<?, O> task) {
        return run(id, task.outputType());
    }

    private <O extends @Nullable Object> Run<O> run(RunId id, Type outputType) {
        RemoteRun<O> run = new RemoteRun<>(client, id, outputType, false);
        run.info(); // or there is none
        return run;
    }

    @Override
    public Batch<Json> batch(BatchId id) {
        server.ask(Ask.get(Address.path("batches", id)), BatchInfo.class); // or there is none
        return new RemoteBatch<>(client, id, Json.class, null);
    }

    @Override
    public Batches batches() {
        return new RemoteBatches(server);
    }

    @Override
    public Page<RunInfo> runs(RunQuery query) {
        return Queries.runs(server, query);
    }

    @Override
    public PurgeCounts purge(RunQuery query) {
        return Queries.purge(server, query, false);
    }

    @Override
    public PurgeCounts forcePurge(RunQuery query) {
        return Queries.purge(server, query, true);
    }

    @Override
    public String why(RunId id) {
        return server.ask(Ask.get(Address.path("runs", id, "why")), Why.class).why();
    }

    @Override
    public Schedules schedules() {
        return new RemoteSchedules(client);
    }

    // ── events

    @Override
    public Subscription on(EventFilter filter, EventListener listener) {
        return on(filter, listener, ListenerOptions.none());
    }

    @Override
    public Subscription on(EventFilter filter, EventListener listener, ListenerOptions options) {
        return listeners.on(filter, listener, options);
    }

    @Override
    public List<ListenerInfo> listeners() {
        return listeners.infos();
    }

    @Override
    public List<SubscriptionInfo> subscriptions() {
        return items(Address.path("subscriptions"), new TypeRef<Page<SubscriptionInfo>>() {});
    }

    @Override
    public boolean removeSubscription(String name) {
        return server.ask(Ask.delete(Address.path("subscriptions", name)), Removed.class)
                .removed();
    }

    @Override
    public EventLog eventLog() {
        return new RemoteEventLog(server);
    }

    @Override
    public void raise(String event, @Nullable Object data) {
        Json json = data == null ? null : Written.of("Data of an event", data);
        server.ask(Ask.post(Address.path("events"), new Raised(event, json)));
    }

    @Override
    public Optional<Event> awaitEvent(EventFilter filter, Duration timeout) throws InterruptedException {
        return listeners.await(filter, timeout);
    }

    @Override
    public <R extends Run<?>> Optional<R> awaitAny(Collection<R> runs, Duration timeout) throws InterruptedException {
        if (runs.isEmpty()) {
            throw new IllegalArgumentException("there are no runs to wait for");
        }
        Optional<RunId> ended = client.ends().any(ids(runs), timeout);
        return ended.flatMap(
                id -> runs.stream().filter(run -> run.id().equals(id)).findFirst());
    }

    @Override
    public boolean awaitAll(Collection<? extends Run<?>> runs, Duration timeout) throws InterruptedException {
        return client.ends().all(ids(runs), timeout).isEmpty();
    }

    private static List<RunId> ids(Collection<? extends Run<?>> runs) {
        return runs.stream().<RunId>map(Run::id).distinct().toList();
    }

    // ── what there is in the store

    @Override
    public List<LockInfo> locks() {
        return items(Address.path("locks"), new TypeRef<Page<LockInfo>>() {});
    }

    @Override
    public Tokens tokens() {
        return new RemoteTokens(server);
    }

    @Override
    public ApiKeys apiKeys() {
        return new RemoteKeys(server);
    }

    @Override
    public Blobs blobs() {
        return new RemoteBlobs(server);
    }

    @Override
    public <T> Value<T> value(String name, Class<T> type) {
        return new RemoteValue<>(client, name, type);
    }

    @Override
    public <T> Value<T> value(String name, TypeRef<T> type) {
        return new RemoteValue<>(client, name, type.type());
    }

    @Override
    public Page<ValueInfo> values(String after, int limit) {
        String query = "?limit=%d&cursor=%s".formatted(limit, Address.encoded(after));
        return server.ask(Ask.get(Address.path("values") + query), new TypeRef<Page<ValueInfo>>() {});
    }

    @Override
    public Queues queues() {
        return new RemoteQueues(server);
    }

    @Override
    public Instant now() {
        return server.ask(Ask.get(Address.path("time")), Time.class).now();
    }

    // ── nodes

    @Override
    public List<NodeInfo> nodes() {
        return items(Address.path(NODES), new TypeRef<Page<NodeInfo>>() {}).stream()
                .map(RemoteErrand::another)
                .toList();
    }

    /** This process is none of them; what the server calls itself is its own engine. */
    private static NodeInfo another(NodeInfo node) {
        return new NodeInfo(
                node.number(),
                node.name(),
                node.pid(),
                node.concurrency(),
                node.startedAt(),
                node.tasks(),
                node.queues(),
                node.budget(),
                node.version(),
                false);
    }

    @Override
    public boolean nodeConcurrency(long node, int concurrency) {
        Ask ask = Ask.put(Address.path(NODES, node, "concurrency"), Ask.only("concurrency", concurrency));
        return lives(ask);
    }

    @Override
    public boolean drainNode(long node) {
        return lives(Ask.post(Address.path(NODES, node, "drain")));
    }

    private boolean lives(Ask ask) {
        Reply reply = server.answered(ask.repeated());
        if (reply.status() == 404) {
            return false;
        }
        server.ok(reply);
        return true;
    }

    /** Ends what waits and listens here. The server goes on. */
    @Override
    public void close() {
        client.background().close();
        server.close();
    }
}
