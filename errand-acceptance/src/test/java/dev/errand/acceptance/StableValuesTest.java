package dev.errand.acceptance;

import static dev.errand.testkit.ErrandAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.errand.Retry;
import dev.errand.Run;
import dev.errand.RunContext;
import dev.errand.Task;
import dev.errand.testkit.SettableClock;
import dev.errand.testkit.TestErrand;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Times, random numbers and ids that are the same in every attempt. */
class StableValuesTest {
    private interface Body {
        @Nullable
        Object run(RunContext run) throws Exception;
    }

    @AutoClose
    private final TestErrand test = TestStore.open();

    private Run<Object> finish(Body body) throws InterruptedException {
        Task<String, Object> task = Task.named("task", String.class, Object.class)
                .retry(Retry.fixed(Duration.ofMinutes(1)).attempts(3))
                .run((payload, run) -> body.run(run));
        test.errand().put(task);
        return test.finish(test.errand().trigger(task, ""));
    }

    private static void failOnce(RunContext run) {
        if (run.attempt() == 1) {
            throw new IllegalStateException("on purpose");
        }
    }

    @Test
    void theTimeIsWhatItWasWhenTheFirstAttemptAsked() throws InterruptedException {
        List<Instant> seen = new ArrayList<>();
        Run<Object> run = finish(context -> {
            seen.add(context.now());
            test.clock().advance(Duration.ofSeconds(5));
            seen.add(context.now());
            failOnce(context);
            seen.add(context.now());
            return "";
        });
        Instant start = SettableClock.START;
        assertThat(run).isCompleted().hasAttempts(2).hasSteps("run.now", "run.now", "run.now");
        assertThat(seen.subList(0, 4)).containsExactly(start, start.plusSeconds(5), start, start.plusSeconds(5));
        assertThat(seen.get(4)).isAfter(start.plusSeconds(60));
    }

    @Test
    void randomNumbersAndIdsComeAgainInTheirOrder() throws InterruptedException {
        List<Object> seen = new ArrayList<>();
        Run<Object> run = finish(context -> {
            seen.add(context.random().nextInt(1_000_000));
            seen.add(context.newId());
            seen.add(context.random().nextDouble());
            seen.add(context.newId());
            seen.add(context.random().nextGaussian());
            failOnce(context);
            seen.add(context.newId());
            return "";
        });
        assertThat(run).isCompleted().hasAttempts(2).hasSteps("run.seed");
        assertThat(seen).hasSize(11);
        assertThat(seen.subList(5, 10)).isEqualTo(seen.subList(0, 5));
        assertThat(new HashSet<>(seen)).hasSize(6);
    }

    @Test
    void idsAreIndependentOfRandomNumbers() throws InterruptedException {
        List<UUID> seen = new ArrayList<>();
        finish(context -> {
            if (context.attempt() == 1) {
                assertThat(context.random().nextLong()).isNotZero();
            }
            seen.add(context.newId());
            failOnce(context);
            return "";
        });
        assertThat(seen).hasSize(2);
        assertThat(seen.getFirst()).isEqualTo(seen.getLast());
    }

    @Test
    void noTwoRunsHaveTheSame() throws InterruptedException {
        Set<Object> seen = new HashSet<>();
        for (int i = 0; i < 20; i++) {
            finish(context -> {
                UUID id = context.newId();
                assertThat(id.version()).isEqualTo(4);
                assertThat(id.variant()).isEqualTo(2);
                seen.add(id);
                seen.add(context.newId());
                seen.add(context.random().nextLong());
                return "";
            });
        }
        assertThat(seen).hasSize(60);
    }

    @Test
    void insideAStepTheyAreRefusedAndTheirNamesAreTheEngines() throws InterruptedException {
        Run<Object> run = finish(context -> {
            context.step("step", () -> {
                assertThatThrownBy(context::now)
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("inside step 'step'");
                assertThatThrownBy(context::random)
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("inside step 'step'");
                assertThatThrownBy(context::newId).isInstanceOf(IllegalStateException.class);
            });
            assertThatThrownBy(() -> context.step("run.now", () -> {}))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("'run.'");
            return "";
        });
        assertThat(run).isCompleted().hasSteps("step");
    }
}
