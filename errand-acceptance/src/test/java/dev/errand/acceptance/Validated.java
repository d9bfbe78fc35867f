package dev.errand.acceptance;

import dev.errand.EffectValidation;
import dev.errand.Retry;
import dev.errand.Run;
import dev.errand.RunContext;
import dev.errand.RunQuery;
import dev.errand.RunState;
import dev.errand.Task;
import dev.errand.TypeRef;
import dev.errand.testkit.TestErrand;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;

/** What tests of bodies share that are executed twice. */
abstract class Validated {
    interface Body {
        @Nullable
        Object run(RunContext run) throws Exception;
    }

    static final Duration DAY = Duration.ofDays(1);

    /** How often the body was executed. */
    final AtomicInteger executions = new AtomicInteger();

    /** How often code was called that is to be called once. */
    final AtomicInteger calls = new AtomicInteger();

    /** What executions have seen or done. */
    final List<Object> seen = new CopyOnWriteArrayList<>();

    final Task<String, String> child =
            Task.named("child", String.class, String.class).run((payload, run) -> "child of " + payload);

    @AutoClose
    final TestErrand test = TestStore.open(
            settings -> settings.effectValidation(EffectValidation.ENABLED).tasks(child));

    final Run<Object> trigger(Body body) {
        return trigger(test, body);
    }

    /** The body executes with a payload of one item, which it takes out. */
    final Run<Object> trigger(TestErrand engine, Body body) {
        Task<List<String>, Object> task = Task.named("task", new TypeRef<List<String>>() {}, new TypeRef<Object>() {})
                .retry(Retry.fixed(Duration.ofMinutes(1)).attempts(3))
                .run((payload, run) -> {
                    payload.removeFirst();
                    executions.incrementAndGet();
                    return body.run(run);
                });
        engine.errand().put(task);
        return engine.errand().trigger(task, List.of("item"));
    }

    final Run<Object> finish(Body body) throws InterruptedException {
        return test.finish(trigger(body));
    }

    final Run<Object> waiting(Body body) throws InterruptedException {
        Run<Object> run = trigger(body);
        test.until(run, RunState.WAITING);
        return run;
    }

    /** The first execution of a body that is executed twice. */
    final boolean isFirst() {
        return executions.get() % 2 == 1;
    }

    final int children() {
        return test.errand().runs(RunQuery.all().tasks("child")).items().size();
    }

    final String called() {
        return "call " + calls.incrementAndGet();
    }
}
