package dev.errand.engine.attempt;

import dev.errand.FailureKind;
import dev.errand.Json;
import dev.errand.Metadata;
import dev.errand.NamedLock;
import dev.errand.Progress;
import dev.errand.Run;
import dev.errand.RunContext;
import dev.errand.RunId;
import dev.errand.StepAction;
import dev.errand.StepBody;
import dev.errand.StepOptions;
import dev.errand.Task;
import dev.errand.TransactionAction;
import dev.errand.TransactionBody;
import dev.errand.TriggerOptions;
import dev.errand.TypeRef;
import dev.errand.engine.json.UnfitException;
import dev.errand.engine.lock.Locks;
import dev.errand.engine.step.StableValues;
import dev.errand.engine.step.Steps;
import dev.errand.store.Claim;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/** The run as its body sees it. */
final class AttemptContext implements RunContext {
    private final Scope scope;
    private final String task;
    private @Nullable RunMetadata metadata;
    private @Nullable RunLog log;
    private Locks.@Nullable Owner locksOwner;
    private @Nullable Steps steps;
    private @Nullable StableValues values;
    private volatile Map<String, Object> init = Map.of();

    AttemptContext(Scope scope, String task) {
        this.scope = scope;
        this.task = task;
    }

    private Claim claim() {
        return scope.claim();
    }

    /** What hooks have prepared for this attempt. */
    void initialized(Map<String, Object> entries) {
        init = Collections.unmodifiableMap(new LinkedHashMap<>(entries));
    }

    @Override
    public Map<String, Object> init() {
        return init;
    }

    @Override
    public RunId id() {
        return claim().run();
    }

    @Override
    public int attempt() {
        return claim().attempt();
    }

    @Override
    public String task() {
        return task;
    }

    @Override
    public Optional<String> name() {
        return Optional.ofNullable(claim().name());
    }

    @Override
    public List<String> tags() {
        return claim().tags();
    }

    @Override
    public Instant createdAt() {
        return claim().createdAt();
    }

    @Override
    public synchronized Metadata metadata() {
        if (metadata == null) {
            metadata = new RunMetadata(scope.codec(), claim().metadata(), scope.notes()::metadata);
        }
        return metadata;
    }

    @Override
    public void emit(@Nullable Object item) {
        scope.notes().emit(json("An emitted item", item));
    }

    @Override
    public void progress(long done, long total) {
        scope.notes().progress(new Progress(done, total));
    }

    @Override
    public synchronized Logger log() {
        if (log == null) {
            log = new RunLog(task, scope.notes()::line);
        }
        return log;
    }

    @Override
    public void raise(String event, @Nullable Object data) {
        if (event.isBlank()
                || event.length() > 128
                || event.toLowerCase(Locale.ROOT).startsWith("run.")) {
            throw new IllegalArgumentException("'" + event
                    + "' cannot be raised: an event's name has 1 to 128 characters and does not begin with 'run.'");
        }
        String json = data == null ? null : new String(json("Data of an event", data), StandardCharsets.UTF_8);
        scope.notes().raise(event, json);
    }

    private byte[] json(String what, @Nullable Object value) {
        try {
            return scope.codec().write(value);
        } catch (UnfitException e) {
            throw new IllegalArgumentException(what + " cannot be written as JSON: " + e.reason(), e);
        }
    }

    @Override
    public NamedLock lock(String name) {
        return scope.locks().lock(name, locksOwner());
    }

    private synchronized Locks.Owner locksOwner() {
        if (locksOwner == null) {
            locksOwner = new Locks.Owner(id(), attempt());
        }
        return locksOwner;
    }

    /** The body has ended, or lost its run: it takes no locks any more. */
    void giveLocksBack() {
        Locks.Owner owner;
        synchronized (this) {
            owner = locksOwner;
        }
        if (owner != null) {
            scope.locks().ended(owner);
        }
    }

    @Override
    public boolean isCancelled() {
        return scope.isStopping();
    }

    private synchronized Steps steps() {
        if (steps == null) {
            steps = new Steps(
                    id(),
                    scope.journal(),
                    scope.codec(),
                    scope.maxOutput(),
                    error -> Failures.failure(FailureKind.ERROR, error, attempt(), scope.now()));
        }
        return steps;
    }

    @Override
    public <T extends @Nullable Object, X extends Exception> T step(
            String name, Class<T> type, StepOptions options, StepBody<T, X> body) throws X, InterruptedException {
        return steps().<T, X>call(name, type, options, body);
    }

    @Override
    public <T extends @Nullable Object, X extends Exception> T step(
            String name, TypeRef<T> type, StepOptions options, StepBody<T, X> body) throws X, InterruptedException {
        return steps().<T, X>call(name, type.type(), options, body);
    }

    @Override
    public <X extends Exception> void step(String name, StepOptions options, StepAction<X> action)
            throws X, InterruptedException {
        steps().<@Nullable Void, X>call(name, Void.class, options, () -> {
            action.run();
            return null;
        });
    }

    @Override
    public <T extends @Nullable Object, X extends Exception> T transaction(
            String name, Class<T> type, StepOptions options, TransactionBody<T, X> body)
            throws X, InterruptedException {
        scope.requireTransactions();
        return steps().<T, X>transact(name, type, options, body);
    }

    @Override
    public <T extends @Nullable Object, X extends Exception> T transaction(
            String name, TypeRef<T> type, StepOptions options, TransactionBody<T, X> body)
            throws X, InterruptedException {
        scope.requireTransactions();
        return steps().<T, X>transact(name, type.type(), options, body);
    }

    @Override
    public <X extends Exception> void transaction(String name, StepOptions options, TransactionAction<X> action)
            throws X, InterruptedException {
        scope.requireTransactions();
        steps().<@Nullable Void, X>transact(name, Void.class, options, tx -> {
            action.run(tx);
            return null;
        });
    }

    private synchronized StableValues values() {
        if (values == null) {
            values = new StableValues(steps(), scope::now);
        }
        return values;
    }

    @Override
    public Instant now() throws InterruptedException {
        return values().now();
    }

    @Override
    public RandomGenerator random() throws InterruptedException {
        return values().random();
    }

    @Override
    public UUID newId() throws InterruptedException {
        return values().newId();
    }

    @Override
    public void complete(Connection connection, @Nullable Object output) {
        steps().complete(() -> scope.complete(connection, output));
    }

    @Override
    public <P extends @Nullable Object, O extends @Nullable Object> Run<O> trigger(Task<P, O> other, P payload) {
        return trigger(other, payload, TriggerOptions.none());
    }

    @Override
    public <P extends @Nullable Object, O extends @Nullable Object> Run<O> trigger(
            Task<P, O> other, P payload, TriggerOptions options) {
        return triggering().trigger(other, payload, options, scope.origin());
    }

    @Override
    public Run<Json> trigger(String other, @Nullable Object payload, TriggerOptions options) {
        return triggering().trigger(other, payload, options, scope.origin());
    }

    /** In the transaction that the thread is in, if it is in one. */
    private Triggering triggering() {
        Connection connection = steps().transaction();
        return connection == null ? scope.triggering() : scope.triggering().in(connection);
    }
}
