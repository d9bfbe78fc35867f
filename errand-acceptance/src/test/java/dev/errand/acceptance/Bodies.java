package dev.errand.acceptance;

import dev.errand.Retry;
import dev.errand.Run;
import dev.errand.RunContext;
import dev.errand.RunState;
import dev.errand.Task;
import dev.errand.testkit.TestErrand;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;

/** What tests share of which each says what its body does. */
abstract class Bodies {
    interface Body {
        @Nullable
        Object run(RunContext run) throws Exception;
    }

    /** How often any was called. */
    final AtomicInteger bodies = new AtomicInteger();

    @AutoClose
    final TestErrand test;

    /** One at a time. */
    Bodies() {
        this(1);
    }

    Bodies(int concurrency) {
        test = TestStore.open(settings -> settings.concurrency(concurrency));
    }

    final Task<String, Object> task(String name, Body body) {
        return Task.named(name, String.class, Object.class)
                .retry(Retry.fixed(Duration.ofMinutes(1)).attempts(3))
                .run((payload, run) -> {
                    bodies.incrementAndGet();
                    return body.run(run);
                });
    }

    final Run<Object> trigger(Body body) {
        Task<String, Object> task = task("task", body);
        test.errand().put(task);
        return test.errand().trigger(task, "");
    }

    final Run<Object> finish(Body body) throws InterruptedException {
        return test.finish(trigger(body));
    }

    final Run<Object> waiting(Body body) throws InterruptedException {
        Run<Object> run = trigger(body);
        test.until(run, RunState.WAITING);
        return run;
    }
}
