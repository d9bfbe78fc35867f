package dev.errand.spring;

import dev.errand.ApiKeys;
import dev.errand.Blobs;
import dev.errand.Errand;
import dev.errand.EventLog;
import dev.errand.ListenerInfo;
import dev.errand.LockInfo;
import dev.errand.NamedLock;
import dev.errand.NodeInfo;
import dev.errand.Operations;
import dev.errand.Page;
import dev.errand.Queues;
import dev.errand.Schedules;
import dev.errand.SubscriptionInfo;
import dev.errand.Tokens;
import dev.errand.TypeRef;
import dev.errand.Value;
import dev.errand.ValueInfo;
import dev.errand.WebhookTargets;
import dev.errand.Webhooks;
import java.time.Instant;
import java.util.List;

/** Passes on to the engine what is the same within a transaction and without. */
abstract class DelegatingErrand implements Errand {
    final Errand engine;

    DelegatingErrand(Errand engine) {
        this.engine = engine;
    }

    @Override
    public Schedules schedules() {
        return engine.schedules();
    }

    @Override
    public List<ListenerInfo> listeners() {
        return engine.listeners();
    }

    @Override
    public List<SubscriptionInfo> subscriptions() {
        return engine.subscriptions();
    }

    @Override
    public boolean removeSubscription(String name) {
        return engine.removeSubscription(name);
    }

    @Override
    public Instant now() {
        return engine.now();
    }

    @Override
    public ApiKeys apiKeys() {
        return engine.apiKeys();
    }

    @Override
    public Operations operations() {
        return engine.operations();
    }

    @Override
    public Webhooks webhooks() {
        return engine.webhooks();
    }

    @Override
    public Blobs blobs() {
        return engine.blobs();
    }

    @Override
    public EventLog eventLog() {
        return engine.eventLog();
    }

    @Override
    public WebhookTargets webhookTargets() {
        return engine.webhookTargets();
    }

    @Override
    public boolean resetKey(String task, String key) {
        return engine.resetKey(task, key);
    }

    @Override
    public int concurrency() {
        return engine.concurrency();
    }

    @Override
    public int executing() {
        return engine.executing();
    }

    @Override
    public void concurrency(int concurrency) {
        engine.concurrency(concurrency);
    }

    @Override
    public NamedLock lock(String name) {
        return engine.lock(name);
    }

    @Override
    public List<LockInfo> locks() {
        return engine.locks();
    }

    @Override
    public Tokens tokens() {
        return engine.tokens();
    }

    @Override
    public <T> Value<T> value(String name, Class<T> type) {
        return engine.value(name, type);
    }

    @Override
    public <T> Value<T> value(String name, TypeRef<T> type) {
        return engine.value(name, type);
    }

    @Override
    public Page<ValueInfo> values(String after, int limit) {
        return engine.values(after, limit);
    }

    @Override
    public Queues queues() {
        return engine.queues();
    }

    @Override
    public List<NodeInfo> nodes() {
        return engine.nodes();
    }

    @Override
    public boolean drainNode(long node) {
        return engine.drainNode(node);
    }

    @Override
    public boolean nodeConcurrency(long node, int concurrency) {
        return engine.nodeConcurrency(node, concurrency);
    }

    @Override
    public void close() {
        engine.close();
    }
}
