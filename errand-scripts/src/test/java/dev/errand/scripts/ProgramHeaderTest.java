package dev.errand.scripts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Retry;
import dev.errand.Schedule;
import dev.errand.Task;
import dev.errand.TaskOptions;
import dev.errand.Timeout;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProgramHeaderTest {
    @TempDir
    Path folder;

    private Path script(String header) throws IOException {
        return Tasks.script(folder, "count.words.sh", "#!/bin/sh\n" + header + "\n");
    }

    @Test
    void allSettingsAreTaken() throws IOException {
        Task<?, ?> task = Tasks.only(script("""
                # errand: id=words delay=10s attempts=5 timeout=30s
                #errand:  description="Counts \\"words\\" = more" ttl=1h aliases=wc,word-count node-tags=gpu,big grace=1s
                # errand: zone=Asia/Tokyo cron="0 5 * * *"
                """));
        assertThat(task.id()).isEqualTo("words");
        assertThat(task.options())
                .isEqualTo(TaskOptions.defaults()
                        .withRetry(Retry.fixed(Duration.ofSeconds(10)).attempts(5))
                        .withTimeout(Timeout.ofAttempt(Duration.ofSeconds(30)))
                        .withDescription("Counts \"words\" = more")
                        .withTtl(Duration.ofHours(1))
                        .withAliases(java.util.List.of("wc", "word-count"))
                        .withNodeTags(java.util.List.of("gpu", "big"))
                        .withSchedules(Map.of("", Schedule.cron("0 5 * * *").zone("Asia/Tokyo"))));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"# errand: attempts=2", "// errand: attempts=2", "-- errand: attempts=2", "  ;errand: attempts=2"
            })
    void anyUsualCommentSignWillDo(String line) throws IOException {
        assertThat(Tasks.only(script(line)).options().retry())
                .isEqualTo(Retry.exponential().attempts(2));
    }

    @Test
    void retriesAreTheAttemptsButTheFirst() throws IOException {
        Retry retry =
                Tasks.only(script("# errand: max-retries=4 delay=1s")).options().retryOr(Retry.none());
        assertThat(retry.attempts()).isEqualTo(5);
        assertThat(retry.floor()).isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void withoutAHeaderTheFileNameIsTheId() throws IOException {
        Task<?, ?> task = Tasks.only(script("# errands are run here"));
        assertThat(task.id()).isEqualTo("count.words");
        assertThat(task.options()).isEqualTo(TaskOptions.defaults());
    }

    @Test
    void linesAfterTheTwentiethAreNotLookedAt() throws IOException {
        assertThat(Tasks.only(script("\n".repeat(19) + "# errand: nonsense")).id())
                .isEqualTo("count.words");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "# errand: atempts=5        | :2:19 'atempts' is no setting; known are id, attempts, max-retries, delay, timeout, max-duration, ttl, description, aliases, node-tags, cron, zone, grace, machine, isolated, on-out-of-memory",
                "# errand: attempts=many    | :2:20 attempts is 'many'; it must be a whole number",
                "# errand: attempts=0       | :2:20 attempts is 0; at least 1 is needed, the first included",
                "# errand: attempts=2 max-retries=1 | :2:34 attempts and maxRetries both say how often the body may be tried; give one of them: maxRetries is the attempts less the first",
                "# errand: id=x delay=soon  | :2:22 'soon' is not a duration; write for example 250ms, 30s, 1h52m18s or 2d",
                "# errand: timeout=         | :2:11 'timeout=' is no setting; write key=value or key=\"a longer value\"",
                "# errand: runs every day   | :2:11 'runs every day' is no setting; write key=value or key=\"a longer value\"",
                "# errand: ttl=1s ttl=2s    | :2:18 'ttl' is set twice",
                "# errand: zone=UTC         | :2:16 a zone is of no use without cron",
                "# errand: grace=1m         | :2:17 grace is 1m; at most 25s are possible",
                "# errand: id=\"\"          | :2:15 the id is empty",
            })
    void mistakesAreReportedWhereTheyStand(String header, String expected) throws IOException {
        Path file = script(header);
        assertThat(Tasks.reasons(TaskFiles.load(file))).containsExactly(file + expected);
    }

    @Test
    void aCronExpressionThatCannotBeIsReported() throws IOException {
        Path file = script("# errand: cron=\"61 * * * *\"");
        assertThat(Tasks.reasons(TaskFiles.load(file)))
                .singleElement()
                .asString()
                .startsWith(file + ":2:17 ")
                .contains("minute", "61");
    }

    @Test
    void anIdThatCannotBeIsReported() throws IOException {
        Path file = Tasks.script(folder, "my script.sh", "#!/bin/sh\n");
        assertThat(Tasks.reasons(TaskFiles.load(file)))
                .singleElement()
                .asString()
                .startsWith(file + " 'my script' is no task id")
                .endsWith("name the task in a line such as # errand: id=…");
    }
}
