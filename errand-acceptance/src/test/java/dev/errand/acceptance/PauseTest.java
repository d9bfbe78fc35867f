package dev.errand.acceptance;

import static dev.errand.testkit.ErrandAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Run;
import dev.errand.RunState;
import dev.errand.Task;
import dev.errand.TaskQueue;
import dev.errand.testkit.TestErrand;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A pause while quick runs are at hand that were claimed before. */
class PauseTest {
    private static final int RUNS = 600;
    private static final int BLOCKS = 200;

    private final Gate gate = new Gate();
    private final AtomicInteger bodies = new AtomicInteger();
    private final Task<Integer, ?> quick = Task.named("quick", Integer.class)
            .queue(TaskQueue.named("Mail"))
            .run((number, run) -> {
                bodies.incrementAndGet();
                if (number == BLOCKS) {
                    gate.pass();
                }
            });
    private final Task<String, String> other =
            Task.named("other", String.class, String.class).run((payload, run) -> payload);

    @AutoClose
    private final TestErrand test =
            TestStore.open(settings -> settings.tasks(quick, other).concurrency(1));

    @ParameterizedTest
    @ValueSource(strings = {"mail", "task/quick"})
    void whatWasClaimedBeforeDoesNotStartAfterIt(String paused) throws InterruptedException {
        // given
        List<? extends Run<?>> runs =
                test.errand().triggerAll(quick, IntStream.range(0, RUNS).boxed().toList());
        gate.awaitArrivals(1);
        int begun = bodies.get();
        // when
        test.errand().queues().pause(paused);
        gate.open();
        // then
        assertThat(test.run(other, "next")).isEqualTo("next");
        assertThat(bodies).hasValue(begun);
        test.errand().queues().resume(paused);
        test.runUntilIdle();
        assertThat(bodies).hasValue(RUNS);
        assertThat(runs).allMatch(run -> run.state() == RunState.COMPLETED);
    }
}
