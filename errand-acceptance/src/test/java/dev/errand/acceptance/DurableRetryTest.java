package dev.errand.acceptance;

import static dev.errand.testkit.ErrandAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.FailureKind;
import dev.errand.Retry;
import dev.errand.Run;
import dev.errand.RunState;
import dev.errand.Task;
import dev.errand.testkit.TestErrand;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Tasks that are tried until they succeed. */
class DurableRetryTest {
    @AutoClose
    private final TestErrand test = TestStore.open();

    private Run<String> trigger(int failures) {
        Task<String, String> task = Task.named("lasting", String.class, String.class)
                .retry(Retry.durable())
                .run((payload, run) -> {
                    if (run.attempt() <= failures) {
                        throw new IllegalStateException("failure " + run.attempt());
                    }
                    return payload;
                });
        test.errand().put(task);
        return test.errand().trigger(task, "done");
    }

    @Test
    void oneFailureIsFollowedByASecondAttempt() throws InterruptedException { // case 91
        Run<String> run = test.finish(trigger(1));
        assertThat(run).isCompleted().hasOutput("done").hasAttempts(2);
        assertThat(run.attempts())
                .filteredOn(attempt -> attempt.failure() != null)
                .hasSize(1);
    }

    @Test
    void noNumberOfFailuresEndsIt() throws InterruptedException { // case 92
        Run<String> run = trigger(Integer.MAX_VALUE);
        Set<Duration> delays = new HashSet<>();
        for (int attempt = 1; attempt <= 20; attempt++) {
            test.runUntilIdle();
            assertThat(run)
                    .hasState(RunState.RETRYING)
                    .hasAttempts(attempt)
                    .hasFailure(FailureKind.ERROR, "failure " + attempt);
            Instant due = Objects.requireNonNull(run.info().dueAt());
            delays.add(Duration.between(test.clock().instant(), due));
            test.clock().set(due);
        }
        assertThat(delays).allMatch(delay -> delay.compareTo(Duration.ofSeconds(30)) <= 0);
        assertThat(delays).as("spread at random").hasSizeGreaterThan(10);
    }
}
