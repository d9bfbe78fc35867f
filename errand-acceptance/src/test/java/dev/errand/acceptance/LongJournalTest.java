package dev.errand.acceptance;

import static dev.errand.testkit.ErrandAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Retry;
import dev.errand.Run;
import dev.errand.RunContext;
import dev.errand.Step;
import dev.errand.StepState;
import dev.errand.Task;
import dev.errand.testkit.TestErrand;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A body with very many steps, of which each attempt, and each call after a wait, reads all. */
@Tag(TestStore.FULL)
class LongJournalTest {
    private static final int STEPS = 100_000;

    /** So that commits are shared. */
    private static final int THREADS = 100;

    private final AtomicInteger calls = new AtomicInteger();
    private final Task<String, Long> sums = Task.named("long", String.class, Long.class)
            .retry(Retry.fixed(Duration.ofMinutes(1)).attempts(2))
            .run((payload, run) -> {
                long sum = sum(run);
                run.sleep("night", Duration.ofDays(1));
                if (run.attempt() == 1) {
                    throw new IllegalStateException("on purpose");
                }
                return sum;
            });

    @AutoClose
    private final TestErrand test = TestStore.open(sums);

    private long sum(RunContext run) throws Exception {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Long>> parts = new ArrayList<>();
            for (int thread = 0; thread < THREADS; thread++) {
                String name = "part " + thread;
                parts.add(threads.submit(() -> part(run, name)));
            }
            long sum = 0;
            for (Future<Long> part : parts) {
                sum += part.get();
            }
            return sum;
        }
    }

    private long part(RunContext run, String name) throws InterruptedException {
        long sum = 0;
        for (int i = 0; i < STEPS / THREADS; i++) {
            sum += run.step(name, Integer.class, calls::incrementAndGet);
        }
        return sum;
    }

    @Test
    void aHundredThousandStepsAreCalledOnceThoughTheBodyIsCalledThrice() throws InterruptedException {
        Run<Long> run = test.finish(test.errand().trigger(sums, ""));
        assertThat(run).isCompleted().hasAttempts(2).hasOutput((long) STEPS * (STEPS + 1) / 2);
        assertThat(calls).hasValue(STEPS);
        List<Step> steps = run.steps();
        assertThat(steps).hasSize(STEPS + 1).extracting(Step::state).containsOnly(StepState.COMPLETED);
    }
}
