package dev.errand.spring;

import dev.errand.Batch;
import dev.errand.BatchId;
import dev.errand.BatchOptions;
import dev.errand.Batches;
import dev.errand.Errand;
import dev.errand.Event;
import dev.errand.EventFilter;
import dev.errand.EventListener;
import dev.errand.Json;
import dev.errand.ListenerOptions;
import dev.errand.Page;
import dev.errand.PurgeCounts;
import dev.errand.Run;
import dev.errand.RunId;
import dev.errand.RunInfo;
import dev.errand.RunQuery;
import dev.errand.SignalAnswer;
import dev.errand.Subscription;
import dev.errand.SubscriptionOptions;
import dev.errand.Task;
import dev.errand.TaskInfo;
import dev.errand.TaskTrigger;
import dev.errand.TriggerOptions;
import dev.errand.TriggerRequest;
import java.sql.Connection;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.datasource.DataSourceUtils;
import org.springframework.jdbc.datasource.TransactionAwareDataSourceProxy;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * An Errand whose triggers and signals are part of the transaction that Spring has open on the DataSource, if it has one, and commits of their own
 * if not; and whose tasks' transactions are Spring's. {@link #triggerAndWait} never joins: what it waits for could not start.
 */
final class TransactionalErrand extends DelegatingErrand {
    private final DataSource dataSource;

    TransactionalErrand(Errand engine, DataSource dataSource) {
        super(engine);
        this.dataSource = dataSource;
    }

    /**
     * On which of an application's DataSource Spring's transactions are: not on a proxy that gives a thread the connection of its
     * transaction, but on what that stands for. The engine needs connections of its own, too.
     */
    static DataSource bound(DataSource dataSource) {
        if (dataSource instanceof TransactionAwareDataSourceProxy proxy) {
            DataSource target = proxy.getTargetDataSource();
            return target == null ? dataSource : bound(target);
        }
        return dataSource;
    }

    // ── triggering

    private <T> T joined(Function<TaskTrigger, T> trigger) {
        if (!TransactionSynchronizationManager.isActualTransactionActive()
                || !TransactionSynchronizationManager.hasResource(dataSource)) {
            return trigger.apply(engine);
        }
        Connection connection = DataSourceUtils.getConnection(dataSource);
        try {
            return trigger.apply(
                    DataSourceUtils.isConnectionTransactional(connection, dataSource)
                            ? engine.with(connection)
                            : engine);
        } finally {
            DataSourceUtils.releaseConnection(connection, dataSource);
        }
    }

    @Override
    public TaskTrigger with(Connection connection) {
        return engine.with(connection);
    }

    @Override
    public <P extends @Nullable Object, O extends @Nullable Object> Run<O> trigger(Task<P, O> task, P payload) {
        return joined(trigger -> trigger.trigger(task, payload));
    }

    @Override
    public <P extends @Nullable Object, O extends @Nullable Object> Run<O> trigger(
            Task<P, O> task, P payload, TriggerOptions options) {
        return joined(trigger -> trigger.trigger(task, payload, options));
    }

    @Override
    public Run<Json> trigger(String task, @Nullable Object payload) {
        return joined(trigger -> trigger.trigger(task, payload));
    }

    @Override
    public Run<Json> trigger(String task, @Nullable Object payload, TriggerOptions options) {
        return joined(trigger -> trigger.trigger(task, payload, options));
    }

    @Override
    public <P extends @Nullable Object, O extends @Nullable Object> List<Run<O>> triggerAll(
            Task<P, O> task, List<? extends P> payloads) {
        return joined(trigger -> trigger.triggerAll(task, payloads));
    }

    @Override
    public <P extends @Nullable Object, O extends @Nullable Object> List<Run<O>> triggerAll(
            Task<P, O> task, List<? extends P> payloads, TriggerOptions options) {
        return joined(trigger -> trigger.triggerAll(task, payloads, options));
    }

    @Override
    public List<Run<Json>> triggerAll(List<TriggerRequest> requests) {
        return joined(trigger -> trigger.triggerAll(requests));
    }

    @Override
    public <P extends @Nullable Object, O extends @Nullable Object> Batch<O> triggerBatch(
            Task<P, O> task, List<? extends P> payloads, BatchOptions options) {
        return joined(trigger -> trigger.triggerBatch(task, payloads, options));
    }

    @Override
    public Batch<Json> triggerBatch(List<TriggerRequest> requests, BatchOptions options) {
        return joined(trigger -> trigger.triggerBatch(requests, options));
    }

    @Override
    public SignalAnswer signal(RunId run, String name, @Nullable Object value) {
        return joined(trigger -> trigger.signal(run, name, value));
    }

    @Override
    public <P extends @Nullable Object, O extends @Nullable Object> @Nullable Object triggerAndWait(
            Task<P, O> task, P payload, Duration timeout) throws InterruptedException {
        return engine.triggerAndWait(task, payload, timeout);
    }

    // ── all else as it is

    @Override
    public void add(Task<?, ?> task) {
        engine.add(JoinedTransactions.of(task, dataSource));
    }

    @Override
    public void edit(Task<?, ?> task) {
        engine.edit(JoinedTransactions.of(task, dataSource));
    }

    @Override
    public void put(Task<?, ?> task) {
        engine.put(JoinedTransactions.of(task, dataSource));
    }

    @Override
    public void withdraw(String task) {
        engine.withdraw(task);
    }

    @Override
    public void remove(String task) {
        engine.remove(task);
    }

    @Override
    public void removeAll() {
        engine.removeAll();
    }

    @Override
    public List<TaskInfo> tasks() {
        return engine.tasks();
    }

    @Override
    public Optional<TaskInfo> task(String id) {
        return engine.task(id);
    }

    @Override
    public Run<Json> run(RunId id) {
        return engine.run(id);
    }

    @Override
    public <O extends @Nullable Object> Run<O> run(RunId id, Task<?, O> task) {
        return engine.run(id, task);
    }

    @Override
    public Batch<Json> batch(BatchId id) {
        return engine.batch(id);
    }

    @Override
    public Batches batches() {
        return engine.batches();
    }

    @Override
    public Page<RunInfo> runs(RunQuery query) {
        return engine.runs(query);
    }

    @Override
    public PurgeCounts purge(RunQuery query) {
        return engine.purge(query);
    }

    @Override
    public PurgeCounts forcePurge(RunQuery query) {
        return engine.forcePurge(query);
    }

    @Override
    public String why(RunId id) {
        return engine.why(id);
    }

    @Override
    public Subscription on(EventFilter filter, EventListener listener) {
        return engine.on(filter, listener);
    }

    @Override
    public Subscription on(EventFilter filter, EventListener listener, ListenerOptions options) {
        return engine.on(filter, listener, options);
    }

    @Override
    public Subscription subscribe(
            String name, EventFilter filter, EventListener listener, SubscriptionOptions options) {
        return engine.subscribe(name, filter, listener, options);
    }

    @Override
    public void raise(String event, @Nullable Object data) {
        engine.raise(event, data);
    }

    @Override
    public Optional<Event> awaitEvent(EventFilter filter, Duration timeout) throws InterruptedException {
        return engine.awaitEvent(filter, timeout);
    }

    @Override
    public <R extends Run<?>> Optional<R> awaitAny(Collection<R> runs, Duration timeout) throws InterruptedException {
        return engine.awaitAny(runs, timeout);
    }

    @Override
    public boolean awaitAll(Collection<? extends Run<?>> runs, Duration timeout) throws InterruptedException {
        return engine.awaitAll(runs, timeout);
    }
}
