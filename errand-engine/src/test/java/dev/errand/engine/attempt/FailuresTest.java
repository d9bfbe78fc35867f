package dev.errand.engine.attempt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.AbortException;
import dev.errand.Failure;
import dev.errand.FailureKind;
import dev.errand.FailureType;
import dev.errand.Retry;
import dev.errand.RetryDecision;
import dev.errand.TaskOptions;
import dev.errand.engine.record.Outcome;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class FailuresTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    private static Outcome.Threw of(Throwable error, Retry retry) {
        return Failures.of(error, TaskOptions.defaults(), retry, 2, NOW);
    }

    private static Failure failure(Throwable error) {
        return of(error, Retry.none()).failure();
    }

    @Test
    void itKeepsTypeMessageStackAttemptAndTime() {
        Failure failure = failure(new IOException("no disk", new IllegalStateException("cause")));
        assertThat(failure.kind()).isEqualTo(FailureKind.ERROR);
        assertThat(failure.type()).isEqualTo("java.io.IOException");
        assertThat(failure.message()).isEqualTo("no disk");
        assertThat(failure.stack()).contains("FailuresTest").contains("Caused by: java.lang.IllegalStateException");
        assertThat(failure.attempt()).isEqualTo(2);
        assertThat(failure.at()).isEqualTo(NOW);
    }

    @Test
    void theFirstRuleThatFitsTheTypeDecides() {
        Retry retry = Retry.exponential()
                .on(UncheckedIOException.class, error -> RetryDecision.abort())
                .on(RuntimeException.class, error -> RetryDecision.after(Duration.ofSeconds(7)))
                .on(Exception.class, error -> RetryDecision.abort());
        assertThat(of(new IllegalStateException(), retry).decision())
                .isEqualTo(RetryDecision.after(Duration.ofSeconds(7)));
        assertThat(of(new UncheckedIOException(new IOException()), retry).decision())
                .isEqualTo(RetryDecision.abort());
        assertThat(of(new AssertionError(), retry).decision()).isEqualTo(RetryDecision.retry());
    }

    @Test
    void anAbortIsDeclaredWhateverTheRulesSay() {
        Retry retry = Retry.exponential().on(Throwable.class, error -> RetryDecision.retry());
        Outcome.Threw threw = of(new AbortException("enough"), retry);
        assertThat(threw.failure().kind()).isEqualTo(FailureKind.DECLARED);
        assertThat(threw.decision()).isEqualTo(RetryDecision.abort());
    }

    @Test
    void aRuleThatThrowsIsTheFailureAndKeepsTheFirstError() {
        Retry retry = Retry.exponential().on(IOException.class, error -> {
            throw new IllegalStateException("rule");
        });
        Failure failure = of(new IOException("disk"), retry).failure();
        assertThat(failure.kind()).isEqualTo(FailureKind.HANDLER);
        assertThat(failure.message()).isEqualTo("rule");
        assertThat(failure.stack()).contains("Suppressed: java.io.IOException: disk");
    }

    @Test
    void anErrorMayKnowABetterNameForItself() {
        class ExitCode extends RuntimeException implements FailureType {
            @Override
            public String failureType() {
                return "exit 3";
            }
        }
        Failure failure = failure(new ExitCode());
        assertThat(failure.type()).isEqualTo("exit 3");
        assertThat(failure.stack()).isEmpty();
    }

    @Test
    void whatIsTooLongIsCut() {
        Failure failure = failure(new IOException("x".repeat(1_000_000)));
        assertThat(failure.message()).hasSize(Failures.LONGEST_MESSAGE + 1);
        assertThat(failure.stack()).hasSize(Failures.LONGEST_STACK + 1);
    }

    @Test
    void anErrorWhoseMessageThrowsIsKeptAllTheSame() {
        class Broken extends RuntimeException {
            @Override
            public String getMessage() {
                throw new UnsupportedOperationException();
            }
        }
        Failure failure = failure(new Broken());
        assertThat(failure.type()).endsWith("Broken");
        assertThat(failure.message()).contains("could not be read");
    }
}
