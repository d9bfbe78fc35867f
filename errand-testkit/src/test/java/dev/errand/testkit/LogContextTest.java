package dev.errand.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Branch;
import dev.errand.BranchResults;
import dev.errand.Retry;
import dev.errand.Run;
import dev.errand.Task;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;

/** Which run a line in the log comes from. */
class LogContextTest {
    private static String context() {
        return "%s %s %s".formatted(MDC.get("task"), MDC.get("run"), MDC.get("attempt"));
    }

    private static final Task<String, String> TELL = Task.named("tell", String.class, String.class)
            .retry(Retry.fixed(Duration.ofMinutes(1)).attempts(2))
            .run((payload, run) -> {
                if (run.attempt() == 1) {
                    throw new IOException("again");
                }
                Branch<String> branch = Branch.of("branch", String.class, LogContextTest::context);
                BranchResults results = run.parallel("both", branch);
                return context() + ", " + results.of(branch);
            });

    @AutoClose
    private final TestErrand test = TestErrand.open(TELL);

    @Test
    void whatABodyAndItsBranchesLogSaysWhichRunItIs() throws InterruptedException {
        Run<String> run = test.errand().trigger(TELL, "");
        String expected = "tell %s 2".formatted(run.id());
        assertThat(test.finish(run).await(Duration.ZERO)).isEqualTo(expected + ", " + expected);
        assertThat(context()).isEqualTo("null null null");
    }
}
