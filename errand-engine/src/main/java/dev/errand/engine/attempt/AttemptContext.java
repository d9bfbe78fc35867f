package dev.errand.engine.attempt;

import dev.errand.Branch;
import dev.errand.FailureKind;
import dev.errand.Json;
import dev.errand.LoopBody;
import dev.errand.Metadata;
import dev.errand.NamedLock;
import dev.errand.Progress;
import dev.errand.Retry;
import dev.errand.Run;
import dev.errand.RunId;
import dev.errand.StepAction;
import dev.errand.StepBody;
import dev.errand.StepOptions;
import dev.errand.Task;
import dev.errand.TransactionAction;
import dev.errand.TransactionBody;
import dev.errand.TriggerOptions;
import dev.errand.TypeRef;
import dev.errand.Winner;
import dev.errand.engine.step.Caller;
import dev.errand.engine.step.Journal;
import dev.errand.engine.step.Marks;
import dev.errand.engine.step.Said;
import dev.errand.engine.step.StableValues;
import dev.errand.engine.step.Steps;
import dev.errand.engine.step.Suspension;
import dev.errand.store.Claim;
import java.lang.reflect.Type;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/** The run as its body sees it. */
final class AttemptContext extends WaitingContext {
    private final String task;
    private @Nullable RunMetadata metadata;
    private @Nullable RunLog log;
    private @Nullable Steps steps;
    private @Nullable Journal journal;
    private final AroundWaits aroundWaits;
    private final BodyWaits waits;
    private final FirstTime firstTime;
    private final Saying saying;
    private final Map<Caller, StableValues> values = new EnumMap<>(Caller.class);
    private volatile Map<String, Object> init = Map.of();
    private volatile Caller caller = Caller.BODY;

    AttemptContext(Scope scope, Task<?, ?> task) {
        super(scope);
        this.task = task.id();
        this.aroundWaits = new AroundWaits(scope, task.options().platformThread());
        this.waits = new BodyWaits(scope, task.options(), this::journal, this::steps, aroundWaits);
        this.firstTime = new FirstTime(scope, () -> steps, () -> waits.unwinding() != null, aroundWaits::isInBody);
        this.saying = new Saying(scope, firstTime);
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
        saying.emit(item);
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
        goOn();
        saying.raise(event, data);
    }

    @Override
    public void publish(String name, @Nullable Object value) {
        goOn();
        saying.publish(name, value);
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

    @Override
    public NamedLock lock(String name) {
        goOn();
        return aroundWaits.lock(name);
    }

    /** The body has ended, or lost its run: it takes no locks any more. */
    void giveLocksBack() {
        aroundWaits.giveLocksBack();
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
                    () -> caller,
                    scope.places());
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

    @Override
    public boolean changed(String name) throws InterruptedException {
        return new Marks(steps(), scope.places(), () -> caller).changed(name);
    }

    private synchronized Journal journal() {
        if (journal == null) {
            journal = scope.journal();
        }
        return journal;
    }

    // ── waits

    @Override
    BodyWaits waits() {
        return waits;
    }

    /** There are hooks around the body. */
    void hooked(Lifecycle hooks) {
        aroundWaits.hooked(hooks);
    }

    /** What unwinds the body, or has, so that it may wait; null while nothing does. */
    @Nullable
    Suspension suspension() {
        return waits.suspension();
    }

    /** It does not wait after all: it fails. */
    void stay() {
        waits.stay();
    }

    private void goOn() {
        waits.goOn();
    }

    // ── for an execution of the body that asks nothing of the engine, see Validation

    NamedLock lockAgain(String name) {
        return aroundWaits.lock(name);
    }

    /** The body begins; hooks may have drawn random numbers before. */
    synchronized void begin() {
        StableValues known = values.get(Caller.BODY);
        if (known != null) {
            known.begin();
        }
    }

    RandomGenerator twin() throws InterruptedException {
        return values().twin();
    }

    Thread start(Runnable code) {
        return aroundWaits.start(code);
    }

    // ── loops and branches

    @Override
    public <T extends @Nullable Object, X extends Exception> T loop(String name, Duration interval, LoopBody<T, X> body)
            throws X, InterruptedException {
        return waits.loops().<T, X>loop(name, interval, body);
    }

    @Override
    public <T extends @Nullable Object> List<T> parallel(String name, List<Branch<T>> branches) throws Exception {
        return waits.branches().all(name, branches);
    }

    @Override
    public <T extends @Nullable Object> Winner<T> anyOf(String name, List<Branch<T>> branches) throws Exception {
        return waits.branches().first(name, branches);
    }

    // ── the end, and others

    @Override
    public <T extends @Nullable Object, X extends Exception> T transaction(
            String name, Class<T> type, StepOptions options, TransactionBody<T, X> body)
            throws X, InterruptedException {
        return this.<T, X>transacted(name, type, options, body);
    }

    @Override
    public <T extends @Nullable Object, X extends Exception> T transaction(
            String name, TypeRef<T> type, StepOptions options, TransactionBody<T, X> body)
            throws X, InterruptedException {
        return this.<T, X>transacted(name, type.type(), options, body);
    }

    @Override
    public <X extends Exception> void transaction(String name, StepOptions options, TransactionAction<X> action)
            throws X, InterruptedException {
        this.<@Nullable Void, X>transacted(name, Void.class, options, tx -> {
            action.run(tx);
            return null;
        });
    }

    private <T extends @Nullable Object, X extends Exception> T transacted(
            String name, Type type, StepOptions options, TransactionBody<T, X> body) throws X, InterruptedException {
        scope.requireTransactions();
        return steps().<T, X>transact(
                        name, type, options, tx -> scope.values().<T, X>inTransaction(name, () -> body.run(tx)));
    }

    private synchronized StableValues values() {
        goOn();
        return values.computeIfAbsent(caller, unseen -> new StableValues(steps(), scope.places(), scope::now));
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
