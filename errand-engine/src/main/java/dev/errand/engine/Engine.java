package dev.errand.engine;

import dev.errand.Batch;
import dev.errand.BatchId;
import dev.errand.Errand;
import dev.errand.Json;
import dev.errand.Machine;
import dev.errand.Page;
import dev.errand.PurgeCounts;
import dev.errand.Run;
import dev.errand.RunId;
import dev.errand.RunInfo;
import dev.errand.RunQuery;
import dev.errand.StoreException;
import dev.errand.Task;
import dev.errand.TaskInfo;
import dev.errand.TaskTrigger;
import dev.errand.TimeoutFrom;
import dev.errand.TriggerOptions;
import dev.errand.WebhookTargets;
import dev.errand.engine.attempt.Triggering;
import dev.errand.engine.batch.Batching;
import dev.errand.engine.events.EventFeed;
import dev.errand.engine.events.LatestEvents;
import dev.errand.engine.events.Subscriptions;
import dev.errand.engine.events.Waker;
import dev.errand.engine.json.Results;
import dev.errand.engine.machine.Budgets;
import dev.errand.engine.schedule.Scheduling;
import dev.errand.engine.schema.Contracts;
import dev.errand.engine.task.Defaults;
import dev.errand.engine.task.Definitions;
import dev.errand.engine.task.Offer;
import dev.errand.engine.task.Tasks;
import dev.errand.engine.trigger.Triggers;
import dev.errand.spi.EngineSettings;
import dev.errand.store.Store;
import java.lang.reflect.Type;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The engine behind {@link Errand}. Where a run's trip begins: {@link #enqueue} stores it; from there the worker's dispatcher,
 * an attempt and the recorder take it on.
 */
final class Engine extends CommonGround implements Triggering {
    private static final Logger LOG = LoggerFactory.getLogger(Engine.class);

    private final Machine budget;
    private final Contracts contracts = new Contracts(codec);
    private final Tasks tasks;
    private final Definitions definitions;
    private final Triggers triggers;
    private final Batching batching;
    private final Scheduling scheduling;
    private final Registry registry;
    private final EventFeed feed;
    private final Subscriptions subscriptions;
    private final Waker waker;
    private final Waiting waiting;
    private final Listening listening;
    private final Lookup lookup;
    private final Membership membership;
    private final @Nullable Worker worker;
    private final Requests requests;
    private final AtomicBoolean closed = new AtomicBoolean();

    Engine(EngineSettings settings, Store store) {
        super(settings, store);
        this.budget = settings.budget() == null ? Budgets.found() : settings.budget();
        Defaults defaults = new Defaults(settings.retry(), settings.machine(), settings.ttl(), settings.maxDuration());
        this.tasks = new Tasks(
                new Offer(settings.nodeTags(), budget).on(settings.onlyQueues()),
                defaults,
                settings.hooks(),
                contracts);
        this.definitions = new Definitions(store, codec, settings.clock(), defaults, contracts);
        this.triggers = new Triggers(tasks, definitions, contracts, codec, settings.clock(), settings.maxPayload());
        this.batching = new Batching(triggers, settings.clock());
        this.scheduling = new Scheduling(
                store, codec, definitions, triggers, tasks, settings.clock(), new OpenRuns(this), this::wakeAt);
        this.registry = new Registry(tasks, definitions, codec, contracts, scheduling, this::tasksChanged);
        this.feed = new EventFeed(store, settings.clock(), this::purgeEnded);
        this.subscriptions = new Subscriptions(store, settings.clock());
        this.waker = new Waker(store, codec);
        this.waiting = new Waiting(this::feed);
        this.lookup = new Lookup(store);
        this.listening = new Listening(this::feed, waiting, new ManyRuns(store, lookup));
        this.membership = new Membership(settings, store, this::served, this::concurrency);
        try {
            registry.open(settings);
            this.worker = settings.concurrency() > 0
                    ? new Worker(
                            settings,
                            store,
                            tasks,
                            contracts,
                            codec,
                            triggers,
                            this,
                            membership,
                            values,
                            new LatestEvents(store, waker),
                            waker,
                            budget,
                            scheduling,
                            operations())
                    : null;
            this.requests = new Requests(store, lookup, definitions, triggers, worker, membership::node);
            start();
        } catch (RuntimeException e) {
            waker.close();
            feed.close();
            store.close();
            throw e;
        }
    }

    /** Something will be due then; nobody minds on an engine that never works. */
    private void wakeAt(Instant instant) {
        if (worker != null) {
            worker.wakeAt(instant);
        }
    }

    private void start() {
        Worker working = worker;
        if (working != null) {
            membership.join();
        }
        store.onCommit(new Ears(
                feed, subscriptions, waker, membership.locks(), values, working == null ? null : working.keeper));
        scheduling.declare(tasks.all()); // now that others see that their code is here
        if (working != null) {
            working.start();
            working.serve(tasks);
        }
    }

    /** What this node tells the store that it serves. */
    private Set<String> served() {
        return worker == null ? tasks.names() : NodeWords.told(tasks.names(), tasks.offer());
    }

    @Override
    @Nullable
    Worker worker() {
        return worker;
    }

    Results results() {
        return new Results(codec);
    }

    EventFeed feed() {
        membership.joinToWatch();
        return feed;
    }

    @Override
    Subscriptions subscribing() {
        return subscriptions;
    }

    @Override
    Listening listening() {
        return listening;
    }

    /** A run that has ended, for a listener that wants it so. */
    private void purgeEnded(RunId run) {
        try {
            requests.purge(run);
        } catch (StoreException e) {
            LOG.atWarn()
                    .addKeyValue("run", run)
                    .addKeyValue("reason", String.valueOf(e.getMessage()))
                    .log("A run could not be purged after its listeners were called; it is left to its retention");
        }
    }

    Executor handlers() {
        return feed.handlers();
    }

    @Override
    Lookup lookup() {
        return lookup;
    }

    Waiting waiting() {
        return waiting;
    }

    @Override
    Requests requests() {
        return requests;
    }

    @Override
    Membership membership() {
        return membership;
    }

    @Override
    Scheduling scheduling() {
        return scheduling;
    }

    // ── triggering

    @Override
    public <O extends @Nullable Object> Run<O> handle(RunId id, Type outputType, boolean hit) {
        return new RunHandle<>(this, id, outputType, hit);
    }

    @Override
    <O extends @Nullable Object> Batch<O> handle(BatchId id, Type outputType, List<RunId> runs) {
        return new BatchHandle<>(this, id, outputType, runs);
    }

    @Override
    Batching batching() {
        return batching;
    }

    @Override
    Triggers triggers() {
        return triggers;
    }

    @Override
    public TaskTrigger with(Connection connection) {
        return new TransactionTrigger(this, connection);
    }

    @Override
    public Triggering in(Connection connection) {
        return new TransactionTrigger(this, connection);
    }

    @Override
    public <P extends @Nullable Object, O extends @Nullable Object> @Nullable Object triggerAndWait(
            Task<P, O> task, P payload, Duration timeout) throws InterruptedException {
        waiting.refuseInside("a run of task " + task.id());
        TriggerOptions options = TriggerOptions.none().timeout(timeout, TimeoutFrom.CREATION);
        return trigger(task, payload, options).consume(timeout);
    }

    @Override
    public boolean resetKey(String task, String key) {
        return store.keys().reset(triggers.task(task), Triggers.globalKey(key));
    }

    // ── tasks

    @Override
    public void add(Task<?, ?> task) {
        registry.add(task);
    }

    @Override
    public void edit(Task<?, ?> task) {
        registry.edit(task);
    }

    @Override
    public void put(Task<?, ?> task) {
        registry.put(task);
    }

    @Override
    public void withdraw(String task) {
        registry.withdraw(task);
    }

    @Override
    public void remove(String task) {
        registry.remove(task);
        wakeAt(Instant.MIN);
    }

    private void tasksChanged() {
        membership.tasksChanged();
        if (worker != null) {
            worker.serve(tasks);
        }
    }

    @Override
    public void removeAll() {
        tasks().forEach(task -> remove(task.id()));
    }

    @Override
    public List<TaskInfo> tasks() {
        return definitions.all().stream().filter(Engine::isUsers).toList();
    }

    /** Not one of those that servers bring. */
    private static boolean isUsers(TaskInfo task) {
        return !task.id().equalsIgnoreCase(WebhookTargets.TASK);
    }

    @Override
    public Optional<TaskInfo> task(String id) {
        return definitions.find(id);
    }

    // ── runs

    @Override
    public Run<Json> run(RunId id) {
        return existing(id, Json.class);
    }

    @Override
    public <O extends @Nullable Object> Run<O> run(RunId id, Task<?, O> task) {
        return existing(id, task.outputType());
    }

    private <O extends @Nullable Object> Run<O> existing(RunId id, Type outputType) {
        RunHandle<O> run = new RunHandle<>(this, id, outputType);
        run.info(); // or it throws that there is no such run
        return run;
    }

    @Override
    public Batch<Json> batch(BatchId id) {
        lookup.get(id); // or it throws that there is no such batch
        return new BatchHandle<>(this, id, Json.class, null);
    }

    @Override
    public Page<RunInfo> runs(RunQuery query) {
        return query.staged() ? new StagedListing(store::list).list(query) : store.list(query);
    }

    @Override
    public PurgeCounts purge(RunQuery query) {
        return new Purging(store::list, requests::purge).all(query);
    }

    @Override
    public PurgeCounts forcePurge(RunQuery query) {
        return new Purging(store::list, runs -> requests.forcePurge(runs, this)).all(query);
    }

    @Override
    public String why(RunId id) {
        RunInfo run = lookup.get(id);
        return new Why(store, nodes(), definitions, codec, settings.clock()).of(run);
    }

    // ── this node

    @Override
    public int concurrency() {
        return worker == null ? 0 : worker.dispatcher.concurrency();
    }

    @Override
    public int executing() {
        return worker == null ? 0 : worker.dispatcher.executing();
    }

    @Override
    public void concurrency(int concurrency) {
        requests.concurrency(concurrency);
    }

    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        if (worker != null) {
            worker.close();
        }
        operations().close();
        waker.close();
        subscriptions.close();
        membership.close();
        values.close();
        feed.close();
        store.close();
    }
}
