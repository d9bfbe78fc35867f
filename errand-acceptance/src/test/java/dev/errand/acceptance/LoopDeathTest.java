package dev.errand.acceptance;

import static dev.errand.acceptance.Soon.SOON;
import static dev.errand.testkit.ErrandAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Errand;
import dev.errand.Json;
import dev.errand.Run;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Loops whose processes really die in the midst of an iteration. */
@Tag(TestStore.ONCE)
class LoopDeathTest {
    @TempDir
    Path folder;

    @Test
    void aLoopThatWaitsBetweenIterationsGoesOnElsewhere() throws Exception {
        List<Json> emitted = emittedAfterDeath(Duration.ofMillis(100));
        List<Json> items = IntStream.rangeClosed(0, LoopProcess.LAST)
                .mapToObj(iteration -> new Json("\"round " + iteration + "\""))
                .toList();
        assertThat(emitted.subList(1, emitted.size())).containsExactlyElementsOf(items);
        assertThat(emitted.getFirst()).isEqualTo(new Json("\"begun\""));
    }

    /** It never waited, so that its body begins again as after any death; its iterations do not. */
    @Test
    void aLoopThatDoesNotWaitGoesOnElsewhere() throws Exception {
        List<Json> emitted = emittedAfterDeath(Duration.ZERO);
        assertThat(emitted.stream().filter(item -> item.text().contains("round")))
                .hasSize(LoopProcess.LAST + 1)
                .doesNotHaveDuplicates();
    }

    private List<Json> emittedAfterDeath(Duration interval) throws Exception {
        Path calls = folder.resolve("calls.txt");
        String url = TestStore.url(folder);
        try (Errand watches = Errand.builder().store(url).concurrency(0).open()) {
            Run<Json> run;
            try (LoopProcess process = new LoopProcess(url, calls, interval)) {
                run = watches.trigger(LoopProcess.TASK, "x");
                process.awaitDeath();
            }
            try (Errand errand = Errand.builder()
                    .store(url)
                    .tasks(LoopProcess.task(calls, interval, false))
                    .concurrency(1)
                    .open()) {
                assertThat(errand.run(run.id()).await(SOON)).isEqualTo(new Json("\"looped\""));
            }
            assertThat(run).hasAttempts(1);
            assertThat(LoopProcess.calls(calls).stream().filter(line -> line.startsWith("begin")))
                    .containsExactly("begin 0", "begin 1", "begin 2", "begin 2", "begin 3", "begin 4");
            assertThat(LoopProcess.calls(calls).stream().filter(line -> !line.startsWith("begin")))
                    .hasSize(3 * (LoopProcess.LAST + 1))
                    .doesNotHaveDuplicates();
            return run.emitted();
        }
    }
}
