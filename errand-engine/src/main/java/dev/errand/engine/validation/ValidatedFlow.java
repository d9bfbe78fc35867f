package dev.errand.engine.validation;

import dev.errand.Branch;
import dev.errand.Event;
import dev.errand.EventFilter;
import dev.errand.LoopBody;
import dev.errand.RunContext;
import dev.errand.RunId;
import dev.errand.RunInfo;
import dev.errand.RunResult;
import dev.errand.SignalResult;
import dev.errand.TypeRef;
import dev.errand.UntilAnswer;
import dev.errand.UntilCondition;
import dev.errand.Value;
import dev.errand.Winner;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiPredicate;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Loops, branches, conditions, signals and looks at others, of a body that is executed twice. */
abstract class ValidatedFlow implements RunContext {
    final RealRun run;
    final Execution execution;

    ValidatedFlow(RealRun run, Execution execution) {
        this.run = run;
        this.execution = execution;
    }

    RunContext real() {
        return run.context();
    }

    final <T extends @Nullable Object> Copying<T> json(Type type) {
        return Copying.of(run.codec(), type);
    }

    // ── loops and branches

    @Override
    public <T extends @Nullable Object, X extends Exception> T loop(
            String name, Duration interval, LoopBody<T, X> body) {
        return execution.<T>loop(name, body, iterations -> real().<T, Exception>loop(name, interval, iterations));
    }

    @Override
    public <T extends @Nullable Object> List<T> parallel(String name, List<Branch<T>> branches) {
        return execution.<T, List<T>>fork(
                fork("branches", name, branches),
                name,
                branches,
                Copying.ofBranches(run.codec(), branches),
                all -> real().parallel(name, all));
    }

    @Override
    public <T extends @Nullable Object> Winner<T> anyOf(String name, List<Branch<T>> branches) {
        return execution.<T, Winner<T>>fork(
                fork("race", name, branches),
                name,
                branches,
                Copying.ofWinner(run.codec(), branches),
                all -> real().anyOf(name, all));
    }

    private static Call fork(String what, String name, List<? extends Branch<?>> branches) {
        String names = branches.stream().map(Branch::name).collect(Collectors.joining("', '"));
        return Call.of("%s '%s' of '%s'".formatted(what, name, names));
    }

    @Override
    public boolean changed(String name) {
        return execution.call(Call.named("mark", name), Copying.none(), () -> real().changed(name));
    }

    // ── conditions

    @Override
    public <T, X extends Exception> T until(String name, Class<T> type, UntilAnswer<T, X> condition) {
        return execution.call(
                condition(name),
                this.<T>json(type),
                () -> real().<T, Exception>until(name, type, () -> apart(condition)));
    }

    @Override
    public <T, X extends Exception> T until(String name, TypeRef<T> type, UntilAnswer<T, X> condition) {
        return execution.call(
                condition(name),
                this.<T>json(type.type()),
                () -> real().<T, Exception>until(name, type, () -> apart(condition)));
    }

    @Override
    public <X extends Exception> void until(String name, UntilCondition<X> condition) {
        says(condition(name), () -> real().<Exception>until(name, () -> execution.<Boolean, X>apart(condition::holds)));
    }

    @Override
    public <T, X extends Exception> T untilChanges(
            String name, Class<T> type, UntilAnswer<T, X> look, BiPredicate<? super T, ? super T> same) {
        return execution.call(
                condition(name),
                this.<T>json(type),
                () -> real().<T, Exception>untilChanges(name, type, () -> apart(look), same));
    }

    @Override
    public <T, X extends Exception> T untilChanges(
            String name, TypeRef<T> type, UntilAnswer<T, X> look, BiPredicate<? super T, ? super T> same) {
        return execution.call(
                condition(name),
                this.<T>json(type.type()),
                () -> real().<T, Exception>untilChanges(name, type, () -> apart(look), same));
    }

    private static Call condition(String name) {
        return Call.named("condition", name);
    }

    private <T, X extends Exception> Optional<T> apart(UntilAnswer<T, X> condition) throws X {
        return execution.<Optional<T>, X>apart(condition::find);
    }

    // ── signals

    @Override
    public <T extends @Nullable Object> T receive(String name, Class<T> type) {
        return execution.call(signal(name), this.<T>json(type), () -> real().receive(name, type));
    }

    @Override
    public <T extends @Nullable Object> T receive(String name, TypeRef<T> type) {
        return execution.call(signal(name), this.<T>json(type.type()), () -> real().receive(name, type));
    }

    @Override
    public <T extends @Nullable Object> SignalResult<T> receive(String name, Class<T> type, Duration timeout) {
        Copying<SignalResult<T>> copying = Copying.ofSignal(run.codec(), type);
        return execution.call(signal(name), copying, () -> real().receive(name, type, timeout));
    }

    @Override
    public <T extends @Nullable Object> SignalResult<T> receive(String name, TypeRef<T> type, Duration timeout) {
        Copying<SignalResult<T>> copying = Copying.ofSignal(run.codec(), type.type());
        return execution.call(signal(name), copying, () -> real().receive(name, type, timeout));
    }

    private static Call signal(String name) {
        return Call.named("signal", name);
    }

    @Override
    public void publish(String name, @Nullable Object value) {
        says(Call.named("published value", name), () -> real().publish(name, value));
    }

    /** Code of the engine that returns nothing. */
    @FunctionalInterface
    interface Saying {
        void run() throws Exception;
    }

    /** A call that returns nothing. */
    final void says(Call call, Saying saying) {
        execution.<@Nullable Void>call(call, Copying.none(), () -> {
            saying.run();
            return null;
        });
    }

    // ── others

    @Override
    public <T> Value<T> value(String name, Class<T> type) {
        return real().value(name, type);
    }

    @Override
    public <T> Value<T> value(String name, TypeRef<T> type) {
        return real().value(name, type);
    }

    @Override
    public RunInfo infoOf(RunId other) {
        return execution.call(look(other), Copying.none(), () -> real().infoOf(other));
    }

    @Override
    public <O extends @Nullable Object> Optional<RunResult<O>> resultOf(RunId other, Class<O> type) {
        return execution.call(look(other), Copying.none(), () -> real().resultOf(other, type));
    }

    @Override
    public <O extends @Nullable Object> Optional<RunResult<O>> resultOf(RunId other, TypeRef<O> type) {
        return execution.call(look(other), Copying.none(), () -> real().resultOf(other, type));
    }

    @Override
    public Optional<Event> latestEvent(EventFilter filter, Predicate<? super Event> which) {
        Call look = Call.named("a look for events", Objects.requireNonNullElse(filter.name(), "*"));
        return execution.call(look, Copying.none(), () -> real().latestEvent(filter, which));
    }

    private static Call look(RunId other) {
        return Call.named("a look at run", other.toString());
    }
}
