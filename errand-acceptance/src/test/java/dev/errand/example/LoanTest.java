package dev.errand.example;

import static dev.errand.testkit.ErrandAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Attempt;
import dev.errand.Errand;
import dev.errand.Run;
import dev.errand.RunId;
import dev.errand.RunState;
import dev.errand.Task;
import dev.errand.testkit.SettableClock;
import dev.errand.testkit.TestErrand;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The examples of docs/versions.md, so that what stands there compiles and holds. */
class LoanTest {
    record Request(String name, int amount) {}

    @TempDir
    private Path folder;

    private final List<String> done = new CopyOnWriteArrayList<>();

    private int score(Request request) {
        done.add("score " + request.name());
        return 7;
    }

    private void checkIdentity(Request request) {
        done.add("identity of " + request.name());
    }

    private String payOut(Request request, int score) {
        done.add("pay out to " + request.name());
        return "%d paid, score %d".formatted(request.amount(), score);
    }

    private final Task<Request, String> before = Task.named("loan", Request.class, String.class)
            .run((request, run) -> {
                int score = run.step("score", Integer.class, () -> score(request));
                run.sleep("cooling-off", Duration.ofDays(14));
                return run.step("pay out", String.class, () -> payOut(request, score));
            });

    private final Task<Request, String> loan = Task.named("loan", Request.class, String.class)
            .run((request, run) -> {
                int score = run.step("score", Integer.class, () -> score(request));
                if (run.changed("check identity")) {
                    run.step("identity", () -> checkIdentity(request));
                }
                run.sleep("cooling-off", Duration.ofDays(14));
                return run.step("pay out", String.class, () -> payOut(request, score));
            });

    private static Errand open(String url, Task<?, ?> loan) {
        return Errand.builder().store(url).version("2.4.1").tasks(loan).open();
    }

    private static Run<String> payOutAgain(Errand errand, Task<Request, String> loan, RunId id) {
        return errand.run(id, loan).replayFrom("pay out");
    }

    @Test
    void theExampleIsDeployedWhileARunWaits() throws InterruptedException {
        String url = "jdbc:sqlite:" + folder.resolve("errand.db");
        SettableClock clock = new SettableClock();
        RunId early;
        try (TestErrand test = TestErrand.open(
                clock, settings -> settings.store(url).version("2.4.0").tasks(before))) {
            Run<String> run = test.errand().trigger(before, new Request("Ada", 100));
            early = run.id();
            test.until(run, RunState.WAITING);
        }
        try (TestErrand test = TestErrand.open(
                clock, settings -> settings.store(url).version("2.4.1").tasks(loan))) {
            Run<String> old = test.errand().run(early, loan);
            Run<String> young = test.errand().trigger(loan, new Request("Bob", 50));
            assertThat(test.finish(old)).isCompleted().hasOutput("100 paid, score 7");
            assertThat(test.finish(young)).isCompleted().hasOutput("50 paid, score 7");
            assertThat(done)
                    .containsExactlyInAnyOrder(
                            "score Ada", "score Bob", "identity of Bob", "pay out to Ada", "pay out to Bob");
            assertThat(old.attempts()).extracting(Attempt::version).containsExactly("2.4.1");
            done.clear();
            assertThat(test.finish(payOutAgain(test.errand(), loan, young.id())))
                    .isCompleted()
                    .hasSteps("score", "run.changed:check identity", "identity", "cooling-off", "pay out");
            assertThat(done).containsExactly("pay out to Bob");
        }
    }

    @Test
    void theExampleSaysItsVersion() {
        try (Errand errand = open("jdbc:sqlite::memory:", loan)) {
            assertThat(errand.nodes().getFirst().version()).isEqualTo("2.4.1");
        }
    }
}
