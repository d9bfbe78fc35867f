package dev.errand.engine.validation;

import dev.errand.Json;
import dev.errand.Metadata;
import dev.errand.NamedLock;
import dev.errand.Progress;
import dev.errand.Run;
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
import java.lang.reflect.Type;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.helpers.NOPLogger;

/** The run as its body sees it that is executed twice: what its calls come to is for the execution to say. */
final class ValidatedContext extends ValidatedFlow {
    private final TriggerCalls triggers;
    private final Metadata metadata;

    ValidatedContext(RealRun run, Execution execution) {
        super(run, execution);
        this.triggers = new TriggerCalls(run.codec());
        this.metadata = new ValidatedMetadata(execution, () -> real().metadata());
    }

    // ── the run

    @Override
    public RunId id() {
        return real().id();
    }

    @Override
    public int attempt() {
        return real().attempt();
    }

    @Override
    public String task() {
        return real().task();
    }

    @Override
    public Optional<String> name() {
        return real().name();
    }

    @Override
    public List<String> tags() {
        return real().tags();
    }

    @Override
    public Instant createdAt() {
        return real().createdAt();
    }

    @Override
    public Map<String, Object> init() {
        return real().init();
    }

    @Override
    public boolean isCancelled() {
        return real().isCancelled();
    }

    @Override
    public NamedLock lock(String name) {
        return execution.isSecond() ? run.lock(name) : real().lock(name);
    }

    // ── what it says

    @Override
    public Metadata metadata() {
        return metadata;
    }

    @Override
    public void emit(@Nullable Object item) {
        says(Call.of("an emitted item"), () -> real().emit(item));
    }

    @Override
    public void raise(String event, @Nullable Object data) {
        says(Call.named("event", event), () -> real().raise(event, data));
    }

    @Override
    public void progress(long done, long total) {
        if (execution.isSecond()) {
            Progress unused = new Progress(done, total); // refused if it makes no sense
        } else {
            real().progress(done, total);
        }
    }

    @Override
    public Logger log() {
        return execution.isSecond() ? NOPLogger.NOP_LOGGER : real().log();
    }

    // ── steps

    @Override
    public <T extends @Nullable Object, X extends Exception> T step(
            String name, Class<T> type, StepOptions options, StepBody<T, X> body) {
        return execution.call(
                step(name, options),
                this.<T>copying(type, options),
                () -> real().<T, Exception>step(name, type, options, () -> execution.<T, X>apart(body)));
    }

    @Override
    public <T extends @Nullable Object, X extends Exception> T step(
            String name, TypeRef<T> type, StepOptions options, StepBody<T, X> body) {
        return execution.call(
                step(name, options),
                this.<T>copying(type.type(), options),
                () -> real().<T, Exception>step(name, type, options, () -> execution.<T, X>apart(body)));
    }

    @Override
    public <X extends Exception> void step(String name, StepOptions options, StepAction<X> action) {
        says(step(name, options), () -> real().<Exception>step(name, options, () -> action(action)));
    }

    private <X extends Exception> void action(StepAction<X> action) throws X {
        execution.<@Nullable Void, X>apart(() -> {
            action.run();
            return null;
        });
    }

    /** One that keeps nothing is not told from others. */
    private static Call step(String name, StepOptions options) {
        return options.calls() == StepOptions.Calls.ALWAYS
                ? Call.named("step", name)
                : Call.step("step", name, options.key());
    }

    /** What a step returns that keeps nothing need not be JSON. */
    private <T extends @Nullable Object> Copying<T> copying(Type type, StepOptions options) {
        return options.calls() == StepOptions.Calls.ALWAYS ? Copying.none() : json(type);
    }

    @Override
    public <T extends @Nullable Object, X extends Exception> T transaction(
            String name, Class<T> type, StepOptions options, TransactionBody<T, X> body) {
        return execution.call(
                Call.step("transaction", name, options.key()),
                this.<T>json(type),
                () -> real().<T, Exception>transaction(
                                name, type, options, tx -> execution.<T, X>apart(() -> body.run(tx))));
    }

    @Override
    public <T extends @Nullable Object, X extends Exception> T transaction(
            String name, TypeRef<T> type, StepOptions options, TransactionBody<T, X> body) {
        return execution.call(
                Call.step("transaction", name, options.key()),
                this.<T>json(type.type()),
                () -> real().<T, Exception>transaction(
                                name, type, options, tx -> execution.<T, X>apart(() -> body.run(tx))));
    }

    @Override
    public <X extends Exception> void transaction(String name, StepOptions options, TransactionAction<X> action) {
        says(
                Call.step("transaction", name, options.key()),
                () -> real().<Exception>transaction(name, options, tx -> action(() -> action.run(tx))));
    }

    // ── times, random numbers, ids

    @Override
    public Instant now() {
        return execution.call(Call.of("run.now()"), Copying.none(), () -> real().now());
    }

    @Override
    public RandomGenerator random() {
        return execution.call(Call.of("run.random()"), this::twin, () -> real().random());
    }

    private Answer.Returned twin(RandomGenerator first) throws InterruptedException {
        RandomGenerator twin = run.twin();
        return new Answer.Returned(() -> twin, 0);
    }

    @Override
    public UUID newId() {
        return execution.call(Call.of("run.newId()"), Copying.none(), () -> real().newId());
    }

    // ── waits

    @Override
    public void sleep(String name, Duration duration) {
        says(Call.named("sleep", name), () -> real().sleep(name, duration));
    }

    @Override
    public void sleepUntil(String name, Instant instant) {
        says(Call.named("sleep", name), () -> real().sleepUntil(name, instant));
    }

    @Override
    public <T> Token<T> token(Class<T> type, TokenOptions options) {
        return execution.call(Call.named("token", options.name()), Copying.none(), () -> real().token(type, options));
    }

    @Override
    public <T> Token<T> token(TypeRef<T> type, TokenOptions options) {
        return execution.call(Call.named("token", options.name()), Copying.none(), () -> real().token(type, options));
    }

    @Override
    public <T extends @Nullable Object> TokenResult<T> await(Token<T> token) {
        return execution.call(
                Call.named("awaiting token", token.name()),
                Copying.<T>ofToken(run.codec(), token.type()),
                () -> real().await(token));
    }

    // ── others, and the end

    @Override
    public <P extends @Nullable Object, O extends @Nullable Object> Run<O> trigger(Task<P, O> other, P payload) {
        return trigger(other, payload, TriggerOptions.none());
    }

    @Override
    public <P extends @Nullable Object, O extends @Nullable Object> Run<O> trigger(
            Task<P, O> other, P payload, TriggerOptions options) {
        return execution.call(
                triggers.one(other, payload, options), Copying.none(), () -> real().trigger(other, payload, options));
    }

    @Override
    public Run<Json> trigger(String other, @Nullable Object payload, TriggerOptions options) {
        return execution.call(
                triggers.one(other, payload, options), Copying.none(), () -> real().trigger(other, payload, options));
    }

    @Override
    public <P extends @Nullable Object, O extends @Nullable Object> List<RunResult<O>> invokeAll(
            Task<P, O> other, List<? extends P> payloads, TriggerOptions options) {
        return execution.call(
                triggers.children(other, payloads, options),
                Copying.<O>ofChildren(run.codec(), other.outputType()),
                () -> real().invokeAll(other, payloads, options));
    }

    @Override
    public List<RunResult<Json>> invokeAll(String name, List<TriggerRequest> others) {
        return execution.call(triggers.children(name, others), Copying.none(), () -> real().invokeAll(name, others));
    }

    @Override
    public void complete(Connection connection, @Nullable Object output) {
        says(Call.of("the end of the run in a transaction"), () -> {
            real().complete(connection, output);
            execution.completed();
        });
    }
}
