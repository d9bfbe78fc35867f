package dev.errand.acceptance;

import static dev.errand.testkit.ErrandAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Jitter;
import dev.errand.Retry;
import dev.errand.Run;
import dev.errand.RunState;
import dev.errand.Task;
import dev.errand.testkit.TestErrand;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How often a failing body is tried, and how long after one another. */
class RetryDelayTest {
    @AutoClose
    private final TestErrand test = TestStore.open();

    @Test
    void aTaskThatSaysNothingIsTriedThreeTimes() throws InterruptedException { // case 116
        Task<String, String> plain = Task.named("plain", String.class, String.class)
                .run((payload, run) -> {
                    throw new IllegalStateException("boom");
                });
        test.errand().add(plain);
        Run<String> run = test.errand().trigger(plain, "");
        while (!run.isFinished()) {
            test.advance(Duration.ofMinutes(2));
        }
        assertThat(run).hasState(RunState.FAILED).hasAttempts(3);
    }

    @ParameterizedTest
    @CsvSource({
        "5, 1.8, 500, 30000, 500 900 1620 2916", // case 117
        "4, 10, 1000, 5000, 1000 5000 5000" // case 118
    })
    void delaysGrowAsThePolicySays(int attempts, double factor, long floor, long ceiling, String expected)
            throws InterruptedException {
        Retry retry = Retry.exponential()
                .jitter(Jitter.NONE)
                .attempts(attempts)
                .factor(factor)
                .floor(Duration.ofMillis(floor))
                .ceiling(Duration.ofMillis(ceiling));
        assertThat(delays(retry))
                .containsExactly(
                        Stream.of(expected.split(" ", -1)).map(Long::valueOf).toArray(Long[]::new));
    }

    @Test
    void jitterSpreadsFirstDelays() throws InterruptedException { // case 119
        Task<String, String> fails = Task.named("fails", String.class, String.class)
                .retry(Retry.exponential().attempts(2))
                .run((payload, run) -> {
                    throw new IllegalStateException("boom");
                });
        test.errand().add(fails);
        List<Run<String>> runs = test.errand().triggerAll(fails, Collections.nCopies(200, ""));
        List<Long> delays = new ArrayList<>();
        for (Run<String> run : runs) {
            test.until(run, RunState.RETRYING);
            delays.add(millisBetween(
                    run.attempts().getFirst().endedAt(), run.info().dueAt()));
        }
        assertThat(delays).allMatch(delay -> delay >= 1_000 && delay <= 2_000);
        assertThat(Set.copyOf(delays)).hasSizeGreaterThan(10);
    }

    private List<Long> delays(Retry retry) throws InterruptedException {
        Task<String, String> fails = Task.named("fails", String.class, String.class)
                .retry(retry)
                .run((payload, run) -> {
                    throw new IllegalStateException("boom");
                });
        test.errand().put(fails);
        Run<String> run = test.errand().trigger(fails, "");
        List<Long> delays = new ArrayList<>();
        while (!run.isFinished()) {
            test.runUntilIdle();
            if (run.state() == RunState.RETRYING) {
                delays.add(millisBetween(
                        run.attempts().getLast().endedAt(), run.info().dueAt()));
                test.advance(Duration.ofMillis(delays.getLast()));
            }
        }
        return delays;
    }

    private static long millisBetween(@Nullable Instant from, @Nullable Instant to) {
        return Duration.between(Objects.requireNonNull(from), Objects.requireNonNull(to))
                .toMillis();
    }
}
