package dev.errand.acceptance;

import static dev.errand.acceptance.Soon.SOON;
import static dev.errand.testkit.ErrandAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Errand;
import dev.errand.Event;
import dev.errand.EventFilter;
import dev.errand.Json;
import dev.errand.RetryAnswer;
import dev.errand.Run;
import dev.errand.RunState;
import dev.errand.Task;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which hooks are called by whom where a process is killed that has called some of them. */
@Tag(TestStore.ONCE)
class HooksDeathTest {
    private final List<String> trace = new CopyOnWriteArrayList<>();

    @TempDir
    private Path folder;

    @Test
    void whoAttemptsARunCallsTheHooksOfThatAttemptAndNobodyThoseOfARunThatCrashed() throws Exception {
        String url = TestStore.url(folder);
        List<Event> ends = new CopyOnWriteArrayList<>();
        try (HookedProcess process = new HookedProcess(url);
                Errand watches = Errand.builder().store(url).concurrency(0).open()) {
            watches.on(EventFilter.named(Event.STATE), event -> {
                if (event.isEnd()) {
                    ends.add(event);
                }
            });
            // given
            Run<Json> retries = watches.trigger(HookedProcess.RETRIES, "x");
            calls(process, HookedProcess.RETRIES, "before", "init", "onStart", "onStartAttempt", "run");
            calls(process, HookedProcess.RETRIES, "onError", "cleanup", "after");
            Soon.await("its failure is recorded", () -> retries.state() == RunState.RETRYING);
            Run<Json> repeats = executes(watches, process, HookedProcess.REPEATS);
            Run<Json> once = executes(watches, process, HookedProcess.ONCE);
            // when
            process.kill();
            try (Errand another = Errand.builder()
                    .store(url)
                    .tasks(HookedProcess.tasks(trace, task -> {}).toArray(Task<?, ?>[]::new))
                    .open()) {
                // then
                assertThat(once.result(SOON).state()).isEqualTo(RunState.CRASHED);
                repeats.await(SOON);
                assertThat(retries.retry()).isEqualTo(RetryAnswer.RETRIED);
                retries.await(SOON);
                assertThat(another.nodes()).hasSize(2);
            }
            assertThat(of(HookedProcess.REPEATS))
                    .containsExactly(
                            "before",
                            "init",
                            "onStart",
                            "onStartAttempt",
                            "run",
                            "onSuccess",
                            "onComplete",
                            "cleanup",
                            "after");
            assertThat(of(HookedProcess.RETRIES))
                    .as("attempt 2 is not the start")
                    .containsExactly(
                            "before", "init", "onStartAttempt", "run", "onSuccess", "onComplete", "cleanup", "after");
            assertThat(of(HookedProcess.ONCE)).isEmpty();
            Soon.await("all ends are announced", () -> ends.size() >= 3);
            assertThat(ends)
                    .extracting(event -> event.run() + " " + event.to())
                    .containsExactlyInAnyOrder(
                            once.id() + " CRASHED", repeats.id() + " COMPLETED", retries.id() + " COMPLETED");
            assertThat(retries).hasAttempts(2);
            assertThat(repeats).hasAttempts(1);
        }
    }

    private static Run<Json> executes(Errand watches, HookedProcess process, String task) throws InterruptedException {
        Run<Json> run = watches.trigger(task, "x");
        calls(process, task, "before", "init", "onStart", "onStartAttempt", "run");
        Soon.await("its start is recorded", () -> run.state() == RunState.EXECUTING);
        return run;
    }

    private static void calls(HookedProcess process, String task, String... hooks) {
        for (String hook : hooks) {
            process.await(task + " " + hook);
        }
    }

    private List<String> of(String task) {
        return trace.stream()
                .filter(entry -> entry.startsWith(task + " "))
                .map(entry -> entry.substring(task.length() + 1))
                .toList();
    }
}
