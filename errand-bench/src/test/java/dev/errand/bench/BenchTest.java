package dev.errand.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nothing here asserts how fast anything is: machines differ, and tests are run on busy ones. */
@Tag("full")
class BenchTest {
    @TempDir
    Path folder;

    @Test
    void everythingIsMeasuredAndEveryRunIsAccountedFor() throws InterruptedException {
        // given
        List<String> said = new ArrayList<>();
        BenchOptions options = BenchOptions.defaults()
                .withStore("jdbc:sqlite:" + folder.resolve("errand.db"))
                .withRuns(2_000)
                .withScale(new BenchOptions.Scale(1, Duration.ofMillis(600), 100, 100))
                .withProgress(said::add);
        // when
        BenchReport report = Bench.run(options);
        // then
        assertThat(report.verified()).isTrue();
        assertThat(List.of(report.bulkTrigger(), report.trigger1(), report.trigger16(), report.drain()))
                .allSatisfy(rate -> assertThat(rate.ratio()).isPositive());
        assertThat(report.latency2000().p50Ms())
                .isPositive()
                .isLessThanOrEqualTo(report.latency2000().p99Ms());
        assertThat(report.perRun().bytesWritten()).isPositive();
        assertThat(report.heap().sleeping100k()).isPositive();
        assertThat(said).isNotEmpty();
        assertThat(folder).isEmptyDirectory();
    }
}
