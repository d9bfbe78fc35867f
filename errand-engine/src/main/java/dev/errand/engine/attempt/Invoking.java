package dev.errand.engine.attempt;

import dev.errand.Json;
import dev.errand.RunResult;
import dev.errand.Task;
import dev.errand.TriggerOptions;
import dev.errand.TriggerRequest;
import dev.errand.engine.json.Results;
import dev.errand.engine.step.Children;
import dev.errand.engine.trigger.TriggerKeys;
import dev.errand.store.AwaitedEnd;
import dev.errand.store.NewRun;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The children that a body waits for, as it asks for them. */
final class Invoking {
    private final Scope scope;
    private final Children children;
    private final Results results;

    Invoking(Scope scope, Children children) {
        this.scope = scope;
        this.children = children;
        this.results = new Results(scope.codec());
    }

    /** See {@link dev.errand.RunContext#invokeAll(Task, List, TriggerOptions)}. */
    <P extends @Nullable Object, O extends @Nullable Object> List<RunResult<O>> all(
            Task<P, O> task, List<? extends P> payloads, TriggerOptions options) throws InterruptedException {
        refuseKeys(options);
        List<Supplier<NewRun>> runs = new ArrayList<>();
        for (P payload : payloads) {
            runs.add(() -> scope.triggering().make(task, payload, options, scope.origin()));
        }
        List<RunResult<O>> all = new ArrayList<>();
        for (AwaitedEnd end : children.await(task.id(), runs)) {
            all.add(result(end, task.id(), task.outputType()));
        }
        return all;
    }

    /** See {@link dev.errand.RunContext#invokeAll(String, List)}. */
    List<RunResult<Json>> all(String name, List<TriggerRequest> requests) throws InterruptedException {
        List<Supplier<NewRun>> runs = new ArrayList<>();
        for (TriggerRequest request : requests) {
            refuseKeys(request.options());
            runs.add(() ->
                    scope.triggering().make(request.task(), request.payload(), request.options(), scope.origin()));
        }
        List<AwaitedEnd> ends = children.await(name, runs);
        List<RunResult<Json>> all = new ArrayList<>();
        for (int i = 0; i < ends.size(); i++) {
            all.add(result(ends.get(i), requests.get(i).task(), Json.class));
        }
        return all;
    }

    private static void refuseKeys(TriggerOptions options) {
        if (TriggerKeys.any(options)) {
            throw new IllegalArgumentException(
                    "a child that is waited for takes no idempotency key and no debounce: it is triggered once, by and for this run. Trigger a run with a key by run.trigger, without waiting");
        }
    }

    private <O extends @Nullable Object> RunResult<O> result(AwaitedEnd end, String task, Type type) {
        if (end.state() == null) {
            return results.deleted(end.run(), task);
        }
        return switch (end.state()) {
            case COMPLETED -> results.completed(end.run(), task, end.output(), type);
            default -> results.unsuccessful(end.run(), task, end.state(), end.reason(), end.failure());
        };
    }
}
