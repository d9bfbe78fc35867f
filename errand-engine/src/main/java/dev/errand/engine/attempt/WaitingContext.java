package dev.errand.engine.attempt;

import dev.errand.Event;
import dev.errand.EventFilter;
import dev.errand.Json;
import dev.errand.RunContext;
import dev.errand.RunId;
import dev.errand.RunInfo;
import dev.errand.RunResult;
import dev.errand.SignalResult;
import dev.errand.Task;
import dev.errand.Token;
import dev.errand.TokenOptions;
import dev.errand.TokenResult;
import dev.errand.TriggerOptions;
import dev.errand.TriggerRequest;
import dev.errand.TypeRef;
import dev.errand.UntilAnswer;
import dev.errand.UntilCondition;
import dev.errand.Value;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.BiPredicate;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The run as its body sees it, as far as it waits there. */
abstract class WaitingContext implements RunContext {
    final Scope scope;

    WaitingContext(Scope scope) {
        this.scope = scope;
    }

    abstract BodyWaits waits();

    @Override
    public void sleep(String name, Duration duration) throws InterruptedException {
        waits().waits().sleep(name, duration);
    }

    @Override
    public void sleepUntil(String name, Instant instant) throws InterruptedException {
        waits().waits().sleepUntil(name, instant);
    }

    @Override
    public <P extends @Nullable Object, O extends @Nullable Object> List<RunResult<O>> invokeAll(
            Task<P, O> other, List<? extends P> payloads, TriggerOptions options) throws InterruptedException {
        return waits().children().all(other, payloads, options);
    }

    @Override
    public List<RunResult<Json>> invokeAll(String name, List<TriggerRequest> others) throws InterruptedException {
        return waits().children().all(name, others);
    }

    @Override
    public <T> Token<T> token(Class<T> type, TokenOptions options) throws InterruptedException {
        return waits().create(type, options);
    }

    @Override
    public <T> Token<T> token(TypeRef<T> type, TokenOptions options) throws InterruptedException {
        return waits().create(type.type(), options);
    }

    @Override
    public <T extends @Nullable Object> TokenResult<T> await(Token<T> token) throws InterruptedException {
        return waits().tokens().await(token);
    }

    @Override
    public <T extends @Nullable Object> T receive(String name, Class<T> type) throws InterruptedException {
        return received(waits().signals().<T>receive(name, type, null));
    }

    @Override
    public <T extends @Nullable Object> T receive(String name, TypeRef<T> type) throws InterruptedException {
        return received(waits().signals().<T>receive(name, type.type(), null));
    }

    private static <T extends @Nullable Object> T received(SignalResult<T> result) {
        return switch (result) {
            case SignalResult.Received<T>(var value) -> value;
            case SignalResult.TimedOut<T> never -> throw new IllegalStateException("it waits without a limit");
        };
    }

    @Override
    public <T extends @Nullable Object> SignalResult<T> receive(String name, Class<T> type, Duration timeout)
            throws InterruptedException {
        return waits().signals().receive(name, type, timeout);
    }

    @Override
    public <T extends @Nullable Object> SignalResult<T> receive(String name, TypeRef<T> type, Duration timeout)
            throws InterruptedException {
        return waits().signals().receive(name, type.type(), timeout);
    }

    @Override
    public <T> Value<T> value(String name, Class<T> type) {
        return scope.values().value(name, type);
    }

    @Override
    public <T> Value<T> value(String name, TypeRef<T> type) {
        return scope.values().value(name, type.type());
    }

    @Override
    public RunInfo infoOf(RunId run) {
        return waits().looks().info(run);
    }

    @Override
    public <O extends @Nullable Object> Optional<RunResult<O>> resultOf(RunId run, Class<O> type) {
        return waits().looks().result(run, type);
    }

    @Override
    public <O extends @Nullable Object> Optional<RunResult<O>> resultOf(RunId run, TypeRef<O> type) {
        return waits().looks().result(run, type.type());
    }

    @Override
    public Optional<Event> latestEvent(EventFilter filter, Predicate<? super Event> which) {
        return waits().events().latest(filter, which);
    }

    @Override
    public <T, X extends Exception> T until(String name, Class<T> type, UntilAnswer<T, X> condition)
            throws X, InterruptedException {
        return waits().conditions().<T, X>until(name, type, condition);
    }

    @Override
    public <T, X extends Exception> T until(String name, TypeRef<T> type, UntilAnswer<T, X> condition)
            throws X, InterruptedException {
        return waits().conditions().<T, X>until(name, type.type(), condition);
    }

    @Override
    public <T, X extends Exception> T untilChanges(
            String name, Class<T> type, UntilAnswer<T, X> look, BiPredicate<? super T, ? super T> same)
            throws X, InterruptedException {
        return waits().conditions().<T, X>untilChanges(name, type, look, same);
    }

    @Override
    public <T, X extends Exception> T untilChanges(
            String name, TypeRef<T> type, UntilAnswer<T, X> look, BiPredicate<? super T, ? super T> same)
            throws X, InterruptedException {
        return waits().conditions().<T, X>untilChanges(name, type.type(), look, same);
    }

    @Override
    public <X extends Exception> void until(String name, UntilCondition<X> condition) throws X, InterruptedException {
        waits().conditions()
                .<Boolean, X>until(name, Boolean.class, () -> condition.holds() ? Optional.of(true) : Optional.empty());
    }
}
