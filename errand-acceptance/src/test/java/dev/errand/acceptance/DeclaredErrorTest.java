package dev.errand.acceptance;

import static dev.errand.testkit.ErrandAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.errand.ErrorData;
import dev.errand.FailureKind;
import dev.errand.Json;
import dev.errand.Retry;
import dev.errand.RetryAnswer;
import dev.errand.RetryDecision;
import dev.errand.Run;
import dev.errand.RunContext;
import dev.errand.RunFailedException;
import dev.errand.RunState;
import dev.errand.Task;
import dev.errand.TaskHooks;
import dev.errand.testkit.TestErrand;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Errors that a task declares are part of its contract: no retry, and whoever waits gets them as what they are. */
class DeclaredErrorTest {
    record Missing(int amount) {}

    static class Overdraft extends Exception implements ErrorData {
        private final transient @Nullable Object data;

        Overdraft(@Nullable Object data) {
            super("the account is short");
            this.data = data;
        }

        @Override
        public @Nullable Object data() {
            return data;
        }
    }

    static class Special extends Overdraft {
        Special() {
            super(new Missing(1));
        }
    }

    private final List<String> trace = new CopyOnWriteArrayList<>();

    private Task<String, String> withdraw(Throwable error) {
        return Task.named("withdraw", String.class, String.class)
                .declares(Overdraft.class)
                .retry(Retry.fixed(Duration.ZERO).attempts(3).on(Overdraft.class, it -> RetryDecision.retry()))
                .hooks(new Asked())
                .run((account, run) -> {
                    throw sneaky(error);
                });
    }

    @SuppressWarnings("unchecked")
    private static <X extends Throwable> RuntimeException sneaky(Throwable error) throws X {
        throw (X) error;
    }

    private class Asked implements TaskHooks<String, String> {
        @Override
        public @Nullable RetryDecision catchError(String account, FailedAttempt failed, RunContext run) {
            trace.add("catchError");
            return null;
        }

        @Override
        public void onFailure(String account, Throwable error, RunContext run) {
            trace.add("onFailure " + error.getMessage());
        }
    }

    private static RunFailedException failure(Run<?> run) {
        return catchThrowableOfType(RunFailedException.class, () -> run.await(Duration.ZERO));
    }

    @Test
    void aDeclaredErrorEndsTheRunAndTheWaiterGetsIt() throws InterruptedException { // case 93
        Task<String, String> task = withdraw(new Overdraft(new Missing(5)));
        try (TestErrand test = TestStore.open(task)) {
            Run<String> run = test.finish(test.errand().trigger(task, "ada"));
            assertThat(run).hasState(RunState.FAILED).hasAttempts(1).hasFailure(FailureKind.DECLARED);
            assertThat(trace).containsExactly("onFailure the account is short");
            RunFailedException error = failure(run);
            assertThat(error.isOf(Overdraft.class)).isTrue();
            assertThat(error.isOf(Exception.class)).isFalse();
            assertThat(error.data(Missing.class)).contains(new Missing(5));
            assertThat(error.failure().orElseThrow().data()).isEqualTo(new Json("{\"amount\":5}"));
            assertThat(run.retry()).isEqualTo(RetryAnswer.NOT_RETRIABLE);
        }
    }

    @Test
    void anErrorBelowADeclaredOneIsUnexpectedAndRetried() throws InterruptedException { // case 94
        Task<String, String> task = withdraw(new Special());
        try (TestErrand test = TestStore.open(task)) {
            Run<String> run = test.finish(test.errand().trigger(task, "ada"));
            assertThat(run).hasState(RunState.FAILED).hasAttempts(3).hasFailure(FailureKind.ERROR);
            assertThat(failure(run).isOf(Overdraft.class)).isFalse();
            assertThat(failure(run).data(Missing.class)).contains(new Missing(1));
        }
    }

    @Test
    void whatAnErrorSaysIsKeptForTheAttemptToo() throws InterruptedException {
        Task<String, String> task = withdraw(new Special());
        try (TestErrand test = TestStore.open(task)) {
            Run<String> run = test.finish(test.errand().trigger(task, "ada"));
            assertThat(run.attempts())
                    .allSatisfy(attempt ->
                            assertThat(String.valueOf(attempt.failure())).contains("{\"amount\":1}"));
        }
    }

    @Test
    void dataThatIsNoneOrCannotBeKeptChangesNothing() throws InterruptedException {
        List<Object> ring = new ArrayList<>();
        ring.add(ring);
        for (Object data : new @Nullable Object[] {null, ring, "x".repeat(70_000)}) {
            Task<String, String> task = withdraw(new Overdraft(data));
            try (TestErrand test = TestStore.open(task)) {
                Run<String> run = test.finish(test.errand().trigger(task, "ada"));
                assertThat(run).hasState(RunState.FAILED).hasAttempts(1).hasFailure(FailureKind.DECLARED);
                assertThat(failure(run).data(Missing.class)).isEmpty();
                if (data != null) {
                    assertThat(run).hasLogged("cannot be kept");
                }
            }
        }
    }

    @Test
    void dataOfAnotherTypeIsNamed() throws InterruptedException {
        Task<String, String> task = withdraw(new Overdraft(List.of(1)));
        try (TestErrand test = TestStore.open(task)) {
            Run<String> run = test.finish(test.errand().trigger(task, "ada"));
            assertThatIllegalStateException()
                    .isThrownBy(() -> failure(run).data(Missing.class))
                    .withMessageStartingWith("The data of an error of task withdraw does not fit");
        }
    }

    @Test
    void theDefinitionSaysWhatIsDeclared() {
        try (TestErrand test = TestStore.open(withdraw(new Special()))) {
            assertThat(test.errand().task("withdraw").orElseThrow().errors())
                    .containsExactly(Overdraft.class.getName());
        }
    }
}
