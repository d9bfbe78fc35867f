package dev.errand.engine.attempt;

import dev.errand.FailureKind;
import dev.errand.Json;
import dev.errand.Metadata;
import dev.errand.NamedLock;
import dev.errand.Progress;
import dev.errand.Retry;
import dev.errand.Run;
import dev.errand.RunContext;
import dev.errand.RunId;
import dev.errand.RunResult;
import dev.errand.StepAction;
import dev.errand.StepBody;
import dev.errand.StepOptions;
import dev.errand.Task;
import dev.errand.Token;
import dev.errand.TokenOptions;
import dev.errand.TokenResult;
import dev.errand.TransactionAction;
import dev.errand.TransactionBody;
import dev.errand.TriggerOptions;
import dev.errand.TriggerRequest;
import dev.errand.TypeRef;
import dev.errand.engine.json.UnfitException;
import dev.errand.engine.lock.Locks;
import dev.errand.engine.step.Caller;
import dev.errand.engine.step.Journal;
import dev.errand.engine.step.Said;
import dev.errand.engine.step.StableValues;
import dev.errand.engine.step.Steps;
import dev.errand.engine.step.Suspension;
import dev.errand.store.Claim;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.EnumMap;
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
    private @Nullable Journal journal;
    private final AroundWaits aroundWaits;
    private final BodyWaits waits;
    private final FirstTime firstTime;
    private final Map<Caller, StableValues> values = new EnumMap<>(Caller.class);
    private volatile Map<String, Object> init = Map.of();
    private volatile Caller caller = Caller.BODY;

    AttemptContext(Scope scope, Task<?, ?> task) {
        this.scope = scope;
        this.task = task.id();
        this.aroundWaits = new AroundWaits(scope, () -> locksOwner);
        this.waits = new BodyWaits(scope, task.options(), this::journal, this::steps, aroundWaits);
        this.firstTime = new FirstTime(scope, () -> steps, () -> suspension() != null, aroundWaits::isInBody);
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
            metadata = new RunMetadata(
                    scope.codec(),
                    claim().metadata(),
                    () -> firstTime.isNew(Said.Kind.METADATA),
                    scope.notes()::metadata);
        }
        return metadata;
    }

    @Override
    public void emit(@Nullable Object item) {
        goOn();
        byte[] json = json("An emitted item", item);
        if (firstTime.isNew(Said.Kind.ITEM)) {
            scope.notes().emit(json);
        } else {
            scope.notes().emittedBefore(json.length);
        }
    }

    @Override
    public void progress(long done, long total) {
        Progress progress = new Progress(done, total);
        if (firstTime.isNew(Said.Kind.PROGRESS)) {
            scope.notes().progress(progress);
        }
    }

    @Override
    public synchronized Logger log() {
        if (log == null) {
            log = new RunLog(task, (level, message) -> {
                if (firstTime.isNew(Said.Kind.LINE)) {
                    scope.notes().line(level, message);
                }
            });
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
        goOn();
        if (firstTime.isNew(Said.Kind.EVENT)) {
            scope.notes().raise(event, json);
        }
    }

    /** The body is called from now on, or has ended. */
    void inBody(boolean from) {
        aroundWaits.inBody(from);
    }

    /** Which code is at work from now on. */
    void caller(Caller next) {
        caller = next;
        firstTime.once(next != Caller.BODY);
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
        goOn();
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
        goOn();
        if (steps == null) {
            steps = new Steps(
                    id(),
                    journal(),
                    scope.codec(),
                    scope.maxOutput(),
                    error -> Failures.failure(FailureKind.ERROR, error, attempt(), scope.now()),
                    () -> caller);
        }
        return steps;
    }

    @Override
    public <T extends @Nullable Object, X extends Exception> T step(
            String name, Class<T> type, StepOptions options, StepBody<T, X> body) throws X, InterruptedException {
        return this.<T, X>called(name, type, options, body);
    }

    @Override
    public <T extends @Nullable Object, X extends Exception> T step(
            String name, TypeRef<T> type, StepOptions options, StepBody<T, X> body) throws X, InterruptedException {
        return this.<T, X>called(name, type.type(), options, body);
    }

    @Override
    public <X extends Exception> void step(String name, StepOptions options, StepAction<X> action)
            throws X, InterruptedException {
        this.<@Nullable Void, X>called(name, Void.class, options, () -> {
            action.run();
            return null;
        });
    }

    private <T extends @Nullable Object, X extends Exception> T called(
            String name, Type type, StepOptions options, StepBody<T, X> body) throws X, InterruptedException {
        Retry retry = options.retry();
        return retry == null
                ? steps().<T, X>call(name, type, options, body)
                : waits.<T, X>step(name, type, options, retry, body);
    }

    private synchronized Journal journal() {
        if (journal == null) {
            journal = scope.journal();
        }
        return journal;
    }

    // ── waits

    /** There are hooks around the body. */
    void hooked(Lifecycle hooks) {
        aroundWaits.hooked(hooks);
    }

    /** What unwinds the body, or has, so that it may wait; null while nothing does. */
    @Nullable
    Suspension suspension() {
        return waits.suspension();
    }

    private void goOn() {
        waits.goOn();
    }

    @Override
    public void sleep(String name, Duration duration) throws InterruptedException {
        waits.waits().sleep(name, duration);
    }

    @Override
    public void sleepUntil(String name, Instant instant) throws InterruptedException {
        waits.waits().sleepUntil(name, instant);
    }

    @Override
    public <P extends @Nullable Object, O extends @Nullable Object> List<RunResult<O>> invokeAll(
            Task<P, O> other, List<? extends P> payloads, TriggerOptions options) throws InterruptedException {
        return waits.children().all(other, payloads, options);
    }

    @Override
    public List<RunResult<Json>> invokeAll(String name, List<TriggerRequest> others) throws InterruptedException {
        return waits.children().all(name, others);
    }

    @Override
    public <T> Token<T> token(Class<T> type, TokenOptions options) throws InterruptedException {
        return waits.create(type, options);
    }

    @Override
    public <T> Token<T> token(TypeRef<T> type, TokenOptions options) throws InterruptedException {
        return waits.create(type.type(), options);
    }

    @Override
    public <T extends @Nullable Object> TokenResult<T> await(Token<T> token) throws InterruptedException {
        return waits.tokens().await(token);
    }

    // ── the end, and others

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
        goOn();
        return values.computeIfAbsent(caller, unseen -> new StableValues(steps(), scope::now));
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
        goOn();
        return firstTime.triggering().trigger(other, payload, options, scope.origin());
    }

    @Override
    public Run<Json> trigger(String other, @Nullable Object payload, TriggerOptions options) {
        goOn();
        return firstTime.triggering().trigger(other, payload, options, scope.origin());
    }
}
