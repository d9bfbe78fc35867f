package dev.errand.example;

import static dev.errand.testkit.ErrandAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.FailureKind;
import dev.errand.NotReplayableException;
import dev.errand.Retry;
import dev.errand.Run;
import dev.errand.RunState;
import dev.errand.Task;
import dev.errand.TriggerOptions;
import dev.errand.testkit.TestErrand;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.UUID;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** The examples of docs/testing.md, so that what stands there compiles and holds. */
class WelcomeTest {
    private final Queue<IOException> troubles = new ArrayDeque<>();

    private final Task<String, String> welcome = Task.named("welcome", String.class, String.class)
            .retry(Retry.fixed(Duration.ofMinutes(10)).attempts(3))
            .run((name, run) -> {
                run.log().info("Greeting {}", name);
                if (!troubles.isEmpty()) {
                    throw troubles.remove();
                }
                return "Hello " + name;
            });

    @AutoClose
    private final TestErrand test = TestErrand.open(welcome);

    @Test
    void anOutputIsReturned() throws InterruptedException {
        assertThat(test.run(welcome, "Ada")).isEqualTo("Hello Ada");
    }

    @Test
    void aTroubleIsGotOver() throws InterruptedException {
        troubles.add(new IOException("line is busy"));

        Run<String> run = test.finish(test.errand().trigger(welcome, "Ada"));

        assertThat(run).isCompleted().hasOutput("Hello Ada").hasAttempts(2).hasLogged("Greeting Ada");
    }

    @Test
    void threeTroublesAreTooMany() throws InterruptedException {
        for (int i = 0; i < 3; i++) {
            troubles.add(new IOException("line is busy"));
        }

        Run<String> run = test.finish(test.errand().trigger(welcome, "Ada"));

        assertThat(run).hasState(RunState.FAILED).hasFailure(FailureKind.ERROR, "line is busy");
    }

    @Test
    void aReminderIsSentOnTime() throws InterruptedException {
        Run<String> run =
                test.errand().trigger(welcome, "Ada", TriggerOptions.none().after(Duration.ofDays(3)));

        test.advance(Duration.ofDays(2));
        assertThat(run).hasState(RunState.DELAYED);

        test.advance(Duration.ofDays(1));
        assertThat(run).isCompleted();
    }

    @Test
    void aBodyThatGoesAnotherWayTheNextTimeIsFound() throws InterruptedException {
        Task<String, String> label =
                Task.named("label", String.class, String.class).run((number, run) -> number);
        Task<String, String> parcel = Task.named("parcel", String.class, String.class)
                .run((address, run) -> {
                    String number = UUID.randomUUID().toString();
                    run.trigger(label, number);
                    return number;
                });
        try (TestErrand strict = TestErrand.strict(label, parcel)) {
            Run<String> run = strict.finish(strict.errand().trigger(parcel, "Ada, London"));

            assertThat(run).hasFailure(NotReplayableException.class).hasFailureMessage("a trigger of task 'label'");
        }
    }

    @Test
    void aBodyThatHangsIsStopped() throws InterruptedException {
        Task<String, ?> hangs = Task.named("hangs", String.class)
                .timeout(Duration.ofSeconds(30))
                .run((payload, run) -> Thread.sleep(Duration.ofDays(1)));
        test.errand().add(hangs);
        Run<?> run = test.errand().trigger(hangs, "");
        test.until(run, RunState.EXECUTING);

        test.clock().advance(Duration.ofSeconds(30));

        assertThat(run).endsWithin(Duration.ofMinutes(1)).hasState(RunState.TIMED_OUT);
    }
}
