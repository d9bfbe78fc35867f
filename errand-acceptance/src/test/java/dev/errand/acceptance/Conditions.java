package dev.errand.acceptance;

import dev.errand.Retry;
import dev.errand.Run;
import dev.errand.RunContext;
import dev.errand.RunState;
import dev.errand.Task;
import dev.errand.Timeout;
import dev.errand.Value;
import dev.errand.testkit.TestErrand;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;

/** What tests of bodies share that wait until a condition on a balance holds. */
abstract class Conditions {
    interface Body {
        @Nullable
        Object run(RunContext run) throws Exception;
    }

    interface Code {
        void run() throws Exception;
    }

    final AtomicInteger bodies = new AtomicInteger();
    final AtomicInteger looks = new AtomicInteger();

    @AutoClose
    final TestErrand test = TestStore.open(settings -> settings.concurrency(1).maxOutput(1_000));

    final Value<Integer> balance = test.errand().value("balance", Integer.class);

    final Run<Object> trigger(Body body) {
        return trigger(Timeout.never(), body);
    }

    final Run<Object> trigger(Timeout timeout, Body body) {
        Task<String, Object> task = Task.named("task", String.class, Object.class)
                .timeout(timeout)
                .retry(Retry.fixed(Duration.ofMinutes(1)).attempts(2))
                .run((payload, run) -> {
                    bodies.incrementAndGet();
                    return body.run(run);
                });
        test.errand().put(task);
        return test.errand().trigger(task, "");
    }

    final Run<Object> waiting(Body body) throws InterruptedException {
        Run<Object> run = trigger(body);
        test.until(run, RunState.WAITING);
        return run;
    }

    final Optional<Integer> moreThanTen() {
        looks.incrementAndGet();
        return balance.get().filter(now -> now > 10);
    }

    final int untilMoreThanTen(RunContext run) throws InterruptedException {
        return run.until("rich", Integer.class, this::moreThanTen);
    }

    static String refusal(Code code) {
        try {
            code.run();
            return "nothing was refused";
        } catch (IllegalStateException | IllegalArgumentException e) {
            return String.valueOf(e.getMessage());
        } catch (Exception e) {
            return e.toString();
        }
    }
}
