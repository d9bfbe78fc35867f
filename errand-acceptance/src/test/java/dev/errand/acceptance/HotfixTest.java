package dev.errand.acceptance;

import static dev.errand.testkit.ErrandAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.errand.Attempt;
import dev.errand.Errand;
import dev.errand.NodeInfo;
import dev.errand.Retry;
import dev.errand.Run;
import dev.errand.RunContext;
import dev.errand.RunInfo;
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

/** Code that is replaced while runs of it are on their way: one engine after the other, or beside it, on one store. */
class HotfixTest {
    private static final Duration HOUR = Duration.ofHours(1);

    private interface Body {
        Object run(RunContext run) throws Exception;
    }

    @TempDir
    private Path folder;

    private final SettableClock clock = new SettableClock();
    private final List<String> calls = new CopyOnWriteArrayList<>();

    private static Task<String, Object> task(Body body) {
        return Task.named("task", String.class, Object.class)
                .retry(Retry.fixed(HOUR).attempts(5))
                .run((payload, run) -> body.run(run));
    }

    private TestErrand open(String url, String version, Body body) {
        return TestErrand.open(
                clock, settings -> settings.store(url).version(version).tasks(task(body)));
    }

    private String call(RunContext run, String step, String result) throws InterruptedException {
        return run.step(step, String.class, () -> {
            calls.add(step);
            return result;
        });
    }

    private static Run<Object> known(TestErrand test, Run<?> run) {
        return test.errand().run(run.id(), task(context -> ""));
    }

    // ── hotfix

    @Test
    void aRunThatFailedTakesTheCodeOfTheNodeThatMakesItsNextAttempt() throws Exception { // case 112
        String url = TestStore.url(folder);
        Run<Object> run;
        try (TestErrand before = open(url, "1", context -> {
            call(context, "charge", "by version 1");
            throw new IllegalStateException("a bug");
        })) {
            run = before.errand().trigger(task(context -> ""), "");
            before.runUntilIdle();
            assertThat(run).hasState(RunState.RETRYING).hasAttempts(1);
            assertThat(run.info().version()).as("it is nobody's now").isNull();
            assertThat(run.attempts()).extracting(Attempt::version).containsExactly("1");
        }
        try (TestErrand after = open(url, "2", context -> {
            String charged = call(context, "charge", "by version 2");
            return charged + ", shipped " + call(context, "ship", "by version 2");
        })) {
            Run<Object> there = after.finish(known(after, run));
            assertThat(there).isCompleted().hasAttempts(2).hasOutput("by version 1, shipped by version 2");
            assertThat(calls).containsExactly("charge", "ship");
            assertThat(there.attempts()).extracting(Attempt::version).containsExactly("1", "2");
            assertThat(there.info().version()).isEqualTo("2");
        }
    }

    @Test
    void aRunThatWaitsGoesOnWithTheCodeOfTheNodeThatWakesIt() throws Exception {
        String url = TestStore.url(folder);
        Run<Object> run;
        try (TestErrand before = open(url, "1", context -> {
            call(context, "a", "a1");
            context.sleep("pause", HOUR);
            return call(context, "b", "never");
        })) {
            run = before.errand().trigger(task(context -> ""), "");
            before.until(run, RunState.WAITING);
            assertThat(run.info().version()).as("it is nobody's now").isNull();
            assertThat(run.attempts())
                    .as("what waits goes on as whose it will be")
                    .isEmpty();
        }
        try (TestErrand after = open(url, "2", context -> {
            String a = call(context, "a", "a2");
            context.sleep("pause", HOUR.multipliedBy(9)); // it has begun to wait for one
            return a + call(context, "b", "b2") + call(context, "c", "c2");
        })) {
            assertThat(known(after, run)).hasState(RunState.WAITING);
            clock.advance(HOUR);
            Run<Object> there = after.finish(known(after, run));
            assertThat(there).isCompleted().hasOutput("a1b2c2").hasSteps("a", "pause", "b", "c");
            assertThat(there.attempts())
                    .as("of an attempt that waited, who made it last")
                    .extracting(Attempt::version)
                    .containsExactly("2");
        }
    }

    @Test
    void nodesTellTheirVersions() {
        String url = TestStore.url(folder);
        try (TestErrand one = open(url, "1.0", context -> "");
                TestErrand other = open(url, "1.1", context -> "");
                Errand silent =
                        Errand.builder().store(url).clock(clock).concurrency(1).open()) {
            for (Errand each : List.of(one.errand(), other.errand(), silent)) {
                assertThat(each.nodes()).extracting(NodeInfo::version).containsExactly("1.0", "1.1", null);
            }
        }
        for (String version : List.of("", " ", "v".repeat(101), "a\0b")) {
            assertThatThrownBy(() -> Errand.builder().version(version))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("1 to 100 characters");
        }
    }

    @Test
    void aRunNobodyHasBegunHasNoVersion() {
        String url = TestStore.url(folder);
        try (Errand triggers = Errand.builder()
                .store(url)
                .clock(clock)
                .concurrency(0)
                .version("1")
                .tasks(task(context -> ""))
                .open()) {
            RunInfo info = triggers.trigger(task(context -> ""), "").info();
            assertThat(info.version()).isNull();
        }
    }
}
