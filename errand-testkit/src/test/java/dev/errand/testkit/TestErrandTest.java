package dev.errand.testkit;

import static dev.errand.testkit.ErrandAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.errand.FailureKind;
import dev.errand.Retry;
import dev.errand.Run;
import dev.errand.RunFailedException;
import dev.errand.RunState;
import dev.errand.Task;
import dev.errand.TriggerOptions;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class TestErrandTest {
    private static final Task<String, String> GREET = Task.named("greet", String.class, String.class)
            .run((name, run) -> {
                run.log().info("Greeting {}", name);
                run.emit("Hello");
                run.progress(1, 2);
                run.metadata().set("language", "en");
                return "Hello " + name;
            });
    private static final Task<String, Integer> FLAKY = Task.named("flaky", String.class, Integer.class)
            .retry(Retry.fixed(Duration.ofMinutes(10)).attempts(4))
            .run((payload, run) -> {
                if (run.attempt() < 3) {
                    throw new IOException("no line");
                }
                return run.attempt();
            });
    private static final Task<String, String> BROKEN = Task.named("broken", String.class, String.class)
            .retry(Retry.exponential().attempts(3))
            .run((payload, run) -> {
                throw new IOException("no line");
            });

    @AutoClose
    private final TestErrand test = TestErrand.open(GREET, FLAKY, BROKEN);

    @Test
    void aTaskIsRunInOneCall() throws InterruptedException {
        assertThat(test.run(GREET, "Ada")).isEqualTo("Hello Ada");
    }

    @Test
    void theClockMovesThroughRetries() throws InterruptedException {
        assertThat(test.run(FLAKY, "")).isEqualTo(3);
        assertThat(test.clock().instant()).isEqualTo(SettableClock.START.plusSeconds(1_200));
    }

    @Test
    void anUnsuccessfulRunThrows() {
        assertThatExceptionOfType(RunFailedException.class)
                .isThrownBy(() -> test.run(BROKEN, ""))
                .withMessageContaining("no line");
    }

    @Test
    void idleMeansThatTheRestWaitsForATimeToCome() throws InterruptedException {
        Run<Integer> retrying = test.errand().trigger(FLAKY, "");
        Run<String> delayed =
                test.errand().trigger(GREET, "Ada", TriggerOptions.none().after(Duration.ofHours(1)));
        Run<String> now = test.errand().trigger(GREET, "Bob");
        test.runUntilIdle();
        assertThat(retrying).hasState(RunState.RETRYING).hasAttempts(1);
        assertThat(delayed).hasState(RunState.DELAYED);
        assertThat(now).isCompleted();
    }

    @Test
    void advancingStopsWheneverSomethingIsDue() throws InterruptedException {
        Run<Integer> retrying = test.errand().trigger(FLAKY, "");
        Run<String> delayed =
                test.errand().trigger(GREET, "Ada", TriggerOptions.none().after(Duration.ofMinutes(15)));
        test.advance(Duration.ofMinutes(30));
        assertThat(retrying).isCompleted().hasAttempts(3);
        assertThat(delayed).isCompleted();
        assertThat(delayed.info().endedAt()).isEqualTo(SettableClock.START.plusSeconds(900));
        assertThat(test.clock().instant()).isEqualTo(SettableClock.START.plusSeconds(1_800));
    }

    @Test
    void assertionsSpeakOfRuns() throws InterruptedException {
        Run<String> good = test.finish(test.errand().trigger(GREET, "Ada"));
        assertThat(good)
                .isCompleted()
                .hasState(RunState.COMPLETED)
                .hasOutput("Hello Ada")
                .hasAttempts(1)
                .hasEmitted("Hello")
                .hasLogged("Greeting Ada")
                .hasProgress(1, 2)
                .hasMetadata("language", "en");
        Run<String> bad = test.finish(test.errand().trigger(BROKEN, ""));
        assertThat(bad)
                .endsWithin(Duration.ofSeconds(1))
                .isFailed()
                .hasFailure(FailureKind.ERROR, "no line")
                .hasFailure(IOException.class)
                .hasReason("no line")
                .hasAttempts(3);
    }

    @Test
    void anAssertionThatFailsTellsHowTheRunStands() throws InterruptedException {
        Run<String> good = test.finish(test.errand().trigger(GREET, "Ada"));
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> assertThat(good).isFailed())
                .withMessageContaining("Expected " + good.id() + " to have ended unsuccessfully")
                .withMessageContaining("Task greet is COMPLETED after attempt 1")
                .withMessageContaining("INFO Greeting Ada");
        Run<String> bad = test.finish(test.errand().trigger(BROKEN, ""));
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> assertThat(bad).isCompleted())
                .withMessageContaining("failure ERROR java.io.IOException: no line");
    }

    @Test
    void everyAssertionCanFail() throws InterruptedException {
        RunAssert<String> run = assertThat(test.finish(test.errand().trigger(GREET, "Ada")));
        RunAssert<String> bad = assertThat(test.finish(test.errand().trigger(BROKEN, "")));
        RunAssert<String> open = assertThat(
                test.errand().trigger(GREET, "Ada", TriggerOptions.none().after(Duration.ofHours(1))));
        fails(() -> run.hasState(RunState.FAILED));
        fails(() -> run.hasOutput("Hello Bob"));
        fails(() -> run.hasAttempts(2));
        fails(() -> run.hasEmitted());
        fails(() -> run.hasEmitted("Hello", "Ada"));
        fails(() -> run.hasLogged("Bob"));
        fails(() -> run.hasProgress(2, 2));
        fails(() -> run.hasMetadata("language", "de"));
        fails(() -> run.hasFailure(FailureKind.ERROR));
        fails(() -> run.hasReason("x"));
        fails(() -> bad.hasOutput("Hello Ada"));
        fails(() -> bad.hasFailure(FailureKind.DECLARED));
        fails(() -> bad.hasFailure(Exception.class));
        fails(() -> bad.hasFailureMessage("other"));
        fails(() -> open.endsWithin(Duration.ofMillis(1)));
        fails(open::isFailed);
    }

    private static void fails(org.assertj.core.api.ThrowableAssert.ThrowingCallable assertion) {
        assertThatExceptionOfType(AssertionError.class).isThrownBy(assertion);
    }
}
