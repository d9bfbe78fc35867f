package dev.errand.acceptance;

import static dev.errand.testkit.ErrandAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.FailureKind;
import dev.errand.Retry;
import dev.errand.RetryAdvice;
import dev.errand.RetryAnswer;
import dev.errand.RetryDecision;
import dev.errand.Run;
import dev.errand.RunContext;
import dev.errand.RunState;
import dev.errand.Task;
import dev.errand.TaskHooks;
import dev.errand.TriggerOptions;
import dev.errand.testkit.SettableClock;
import dev.errand.testkit.TestErrand;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who decides about an error, and what a decision may say; see {@link RetryTest}. */
class RetryRuleTest {
    private static final RetryDecision IN_TWO = RetryDecision.after(Duration.ofSeconds(2));
    private static final RetryDecision IN_THREE = RetryDecision.after(Duration.ofSeconds(3));
    private static final RetryDecision IN_FOUR = RetryDecision.after(Duration.ofSeconds(4));
    private static final Retry IN_FIVE = Retry.fixed(Duration.ofSeconds(5)).attempts(5);

    private final List<String> heard = new CopyOnWriteArrayList<>();
    private @Nullable TestErrand opened;

    /** An error that knows what should follow it. */
    private static final class Busy extends RuntimeException implements RetryAdvice {
        private final transient RetryDecision advice;

        Busy(RetryDecision advice) {
            super("busy");
            this.advice = advice;
        }

        @Override
        public RetryDecision retryAdvice() {
            return advice;
        }
    }

    /** Writes down of which errors it hears. */
    private class Hearing implements TaskHooks<String, @Nullable Void> {
        @Override
        public void onError(String payload, Throwable error, RunContext run) {
            heard.add("onError " + error.getMessage());
        }

        @Override
        public void onFailure(String payload, Throwable error, RunContext run) {
            heard.add("onFailure " + error.getMessage());
        }
    }

    @AfterEach
    void close() {
        if (opened != null) {
            opened.close();
        }
    }

    private TestErrand open(Retry ofEngine) {
        TestErrand test = TestStore.open(settings -> settings.retry(ofEngine));
        opened = test;
        return test;
    }

    private Run<?> trigger(@Nullable Retry retry, Hearing hooks, TriggerOptions options, RuntimeException error) {
        TestErrand test = opened != null ? opened : open(Retry.exponential());
        var task = Task.named("task", String.class).hooks(hooks);
        test.errand().put((retry == null ? task : task.retry(retry)).run((payload, run) -> {
                    throw error;
                }));
        return test.errand().trigger("task", "x", options);
    }

    private Run<?> trigger(Retry retry, RuntimeException error) {
        return trigger(retry, new Hearing(), TriggerOptions.none(), error);
    }

    private Run<?> finished(Run<?> run) throws InterruptedException {
        assertThat(opened).isNotNull();
        return opened.finish(run);
    }

    private Instant next(Run<?> run) throws InterruptedException {
        assertThat(opened).isNotNull();
        opened.until(run, RunState.RETRYING);
        return run.info().dueAt();
    }

    @ParameterizedTest
    @CsvSource({"true, true, true, 2", "false, true, true, 3", "false, false, true, 4", "false, false, false, 5"})
    void theFirstThatHasAnAnswerDecides(boolean hook, boolean rule, boolean advice, int seconds)
            throws InterruptedException {
        Hearing hooks = new Hearing() {
            @Override
            public @Nullable RetryDecision catchError(String payload, FailedAttempt failed, RunContext run) {
                return hook ? IN_TWO : null;
            }
        };
        Retry retry = rule ? IN_FIVE.on(RuntimeException.class, error -> IN_THREE) : IN_FIVE;
        RuntimeException error = advice ? new Busy(IN_FOUR) : new IllegalStateException("boom");
        Run<?> run = trigger(retry, hooks, TriggerOptions.none(), error);
        assertThat(next(run)).isEqualTo(SettableClock.START.plusSeconds(seconds));
    }

    @Test
    void rulesOfTheEnginesPolicyAreForTasksThatHaveNone() throws InterruptedException {
        open(IN_FIVE.abortOn(IllegalStateException.class));
        assertThat(finished(trigger(null, new Hearing(), TriggerOptions.none(), new IllegalStateException("boom"))))
                .hasState(RunState.FAILED)
                .hasFailure(FailureKind.DECLARED, "boom")
                .hasAttempts(1);
        assertThat(finished(trigger(IN_FIVE, new IllegalStateException("boom"))))
                .hasAttempts(5);
    }

    @Test
    void theTriggersAttemptsGoOverTheEnginesAndBoundEveryAnswer() throws InterruptedException {
        open(IN_FIVE);
        TriggerOptions twice = TriggerOptions.none().attempts(2);
        assertThat(finished(trigger(null, new Hearing(), twice, new Busy(RetryDecision.with(Retry.durable())))))
                .hasState(RunState.FAILED)
                .hasAttempts(2);
    }

    @Test
    void theTriggersAttemptsAreTheBudgetByHand() throws InterruptedException {
        Run<?> run = finished(trigger(
                Retry.byHand(4), new Hearing(), TriggerOptions.none().attempts(2), new IllegalStateException("boom")));
        assertThat(run.retry()).isEqualTo(RetryAnswer.RETRIED);
        assertThat(finished(run)).hasState(RunState.FAILED).hasAttempts(2);
        assertThat(run.retry()).isEqualTo(RetryAnswer.NO_ATTEMPTS_LEFT);
    }

    // ── another error in its place

    private static RetryDecision unknown(RetryDecision decision) {
        return decision.replacing(new IllegalArgumentException("order 7 is unknown"));
    }

    @Test
    void aRuleMayGiveUpWithAnotherErrorInItsPlace() throws InterruptedException {
        Retry retry = IN_FIVE.on(IllegalStateException.class, error -> unknown(RetryDecision.abort()));
        assertThat(finished(trigger(retry, new IllegalStateException("boom"))))
                .hasState(RunState.FAILED)
                .hasFailure(FailureKind.DECLARED, "order 7 is unknown")
                .hasFailure(IllegalArgumentException.class)
                .hasAttempts(1);
        assertThat(heard).containsExactly("onError order 7 is unknown", "onFailure order 7 is unknown");
    }

    @Test
    void soMayWhatIsThrownAndSayWhenBesides() throws InterruptedException {
        Run<?> run = trigger(IN_FIVE.attempts(2), new Busy(unknown(IN_FOUR)));
        assertThat(next(run)).isEqualTo(SettableClock.START.plusSeconds(4));
        assertThat(run).hasFailure(FailureKind.ERROR, "order 7 is unknown");
        assertThat(finished(run)).hasState(RunState.FAILED).hasFailure(FailureKind.ERROR, "order 7 is unknown");
        assertThat(heard)
                .containsExactly(
                        "onError order 7 is unknown", "onError order 7 is unknown", "onFailure order 7 is unknown");
    }

    @Test
    void anotherPolicyMayComeWithAnotherError() throws InterruptedException {
        RetryDecision once =
                RetryDecision.with(Retry.fixed(Duration.ofSeconds(7)).attempts(2));
        Run<?> run = trigger(IN_FIVE, new Busy(unknown(once)));
        assertThat(next(run)).isEqualTo(SettableClock.START.plusSeconds(7));
        assertThat(finished(run)).hasState(RunState.FAILED).hasAttempts(2);
    }
}
