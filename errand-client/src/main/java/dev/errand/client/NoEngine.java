package dev.errand.client;

import dev.errand.Errand;
import dev.errand.EventFilter;
import dev.errand.EventListener;
import dev.errand.NamedLock;
import dev.errand.Operations;
import dev.errand.Subscription;
import dev.errand.SubscriptionOptions;
import dev.errand.Task;
import dev.errand.TaskTrigger;
import dev.errand.WebhookTargets;
import dev.errand.Webhooks;
import java.sql.Connection;

/** What takes an engine in this process, and what to do instead where there is none; and what operators ask of the server. */
abstract class NoEngine implements Errand {
    private static final String CODE = "have a node run it: errand serve or errand node, or Errand.open on the store";

    final Server server;

    NoEngine(Server server) {
        this.server = server;
    }

    static UnsupportedOperationException unsupported(String what, String instead) {
        return new UnsupportedOperationException(
                "Over HTTP it cannot be that %s: that takes an engine in this process; %s".formatted(what, instead));
    }

    @Override
    public TaskTrigger with(Connection connection) {
        throw unsupported(
                "runs are triggered in a transaction",
                "trigger after the commit with an idempotency key, or open the store with Errand.open");
    }

    @Override
    public void add(Task<?, ?> task) {
        throw unsupported("the code of a task is added", CODE);
    }

    @Override
    public void edit(Task<?, ?> task) {
        throw unsupported("the code of a task is replaced", CODE);
    }

    @Override
    public void put(Task<?, ?> task) {
        throw unsupported("the code of a task is put", CODE);
    }

    /** Silent, as in an engine that does not have it. */
    @Override
    public void withdraw(String task) {}

    @Override
    public Subscription subscribe(
            String name, EventFilter filter, EventListener listener, SubscriptionOptions options) {
        throw unsupported(
                "a durable subscription is delivered here", "listen by Errand.on, or open the store with Errand.open");
    }

    @Override
    public NamedLock lock(String name) {
        throw unsupported("a lock is held", "take it in a task's body, or open the store with Errand.open");
    }

    /** None: there is no node here. */
    @Override
    public int concurrency() {
        return 0;
    }

    @Override
    public void concurrency(int concurrency) {
        throw unsupported("attempts are made", "change that of a node by Errand.nodeConcurrency");
    }

    @Override
    public Webhooks webhooks() {
        return new RemoteWebhooks(server);
    }

    @Override
    public WebhookTargets webhookTargets() {
        return new RemoteTargets(server);
    }

    @Override
    public Operations operations() {
        return new RemoteOperations(server);
    }
}
