package dev.errand.acceptance;

import static dev.errand.testkit.ErrandAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.EffectValidation;
import dev.errand.NotReplayableException;
import dev.errand.Retry;
import dev.errand.Run;
import dev.errand.RunQuery;
import dev.errand.RunState;
import dev.errand.Task;
import dev.errand.TriggerOptions;
import dev.errand.testkit.TestErrand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;

/** Bodies in child processes that are executed twice. */
@ResourceLock("child processes")
@Tag(TestStore.ONCE)
class IsolatedValidationTest {
    /** Where the child processes find the task. */
    static final class Tasks {
        /** Its last step is another in each execution if the file's name says so. */
        static final Task<Path, String> WRITING = Task.named("isolated-writing", Path.class, String.class)
                .isolated(Tasks.class)
                .retry(Retry.fixed(Duration.ZERO).attempts(2))
                .run((file, run) -> {
                    append(file, "executed");
                    run.step("work", () -> append(file, "worked"));
                    run.trigger("child", "x", TriggerOptions.none());
                    run.emit(run.newId());
                    boolean same = file.endsWith("same");
                    return run.step(
                            same
                                    ? "last"
                                    : "last of " + Files.readAllLines(file).size(),
                            String.class,
                            () -> "done");
                });

        private Tasks() {}

        private static void append(Path file, String line) throws IOException {
            Files.writeString(file, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        }
    }

    private final Task<String, String> child =
            Task.named("child", String.class, String.class).run((payload, run) -> "");

    @TempDir
    private Path folder;

    @AutoClose
    private final TestErrand test = TestStore.open(settings ->
            settings.warmProcesses(0).effectValidation(EffectValidation.ENABLED).tasks(child, Tasks.WRITING));

    @Test
    void anIsolatedBodyIsExecutedTwiceAndItsEffectsAreAppliedOnce() throws Exception {
        Path file = folder.resolve("same");
        Run<String> run = test.finish(test.errand().trigger(Tasks.WRITING, file));
        assertThat(run).isCompleted().hasSteps("work", "child", "run.seed", "last");
        assertThat(run.emitted()).hasSize(1);
        assertThat(Files.readAllLines(file)).isEqualTo(List.of("executed", "worked", "executed"));
        assertThat(test.errand().runs(RunQuery.all().tasks("child")).items()).hasSize(1);
    }

    @Test
    void anIsolatedBodyThatDoesSomethingElseFails() throws Exception {
        Run<String> run = test.finish(test.errand().trigger(Tasks.WRITING, folder.resolve("other")));
        assertThat(run).hasState(RunState.FAILED).hasAttempts(1).hasFailure(NotReplayableException.class);
        assertThat(run).hasFailureMessage("Call 5, was step 'last of 2' in the first execution, and step 'last of 3'");
    }
}
