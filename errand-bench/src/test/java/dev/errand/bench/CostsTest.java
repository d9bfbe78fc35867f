package dev.errand.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nothing here asserts how fast anything is: machines differ, and tests are run on busy ones. */
@Tag("full")
class CostsTest {
    @TempDir
    Path folder;

    @Test
    void everyShapeIsMeasuredAndSaidInBothForms() throws InterruptedException {
        // given
        List<String> said = new ArrayList<>();
        CostOptions options = new CostOptions(
                1_000, 1, new CostOptions.Scale(500, 20, 10, Duration.ofMillis(300), 200, 50), "", said::add);
        // when
        CostReport report;
        try (Stores stores = Stores.sqlite("jdbc:sqlite:" + folder.resolve("errand.db"), 1L << 20)) {
            report = Costs.measure(stores, options);
        }
        // then
        assertThat(report.drains())
                .hasSize(7)
                .allSatisfy(drain -> assertThat(drain.runsPerSecond()).isPositive());
        assertThat(report.drains().getFirst().ofUnlimited()).isEqualTo(1);
        assertThat(report.claims())
                .hasSize(4)
                .allSatisfy(claims -> assertThat(claims.p50Ms()).isPositive().isLessThanOrEqualTo(claims.p99Ms()));
        assertThat(report.events()).satisfies(events -> {
            assertThat(events.drains())
                    .hasSize(5)
                    .allSatisfy(drain -> assertThat(drain.runsPerSecond()).isPositive());
            assertThat(events.deliveries()).hasSize(2).allSatisfy(delivery -> {
                assertThat(delivery.hereP50Ms()).isLessThanOrEqualTo(delivery.hereP99Ms());
                assertThat(delivery.thereP50Ms()).isPositive().isLessThanOrEqualTo(delivery.thereP99Ms());
            });
        });
        assertThat(report.sleep()).satisfies(sleep -> {
            assertThat(sleep.asleepPerSecond()).isPositive();
            assertThat(sleep.awakeAfterSeconds()).isPositive();
        });
        assertThat(report.table())
                .contains(
                        "| 200 |",
                        "| limit of 1 |",
                        "| 5,000 queues |",
                        "| 10,000 schedules |",
                        "| nobody listens |",
                        "| at 2,000/s |",
                        "≥ 1,000.00");
        assertThat(report.json()).contains("\"goals\":[", "\"idleSchedules\":");
        assertThat(said).isNotEmpty();
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void someDrainsMayBeMeasuredAlone() throws InterruptedException {
        CostReport report;
        try (Stores stores = Stores.sqlite("jdbc:sqlite:" + folder.resolve("errand.db"), 1L << 20)) {
            report = Costs.measure(stores, CostOptions.of(1_000, 1, "steps", what -> {}));
        }
        assertThat(report.drains()).extracting(CostReport.Drain::shape).containsExactly("no limit, ten steps each");
        assertThat(report.goals()).hasSize(1);
        assertThat(report.table())
                .contains("| no limit, ten steps each |")
                .doesNotContain("idle", "claim of one", "asleep", "listens");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CostOptions.of(1_000, 1, "leaps", what -> {}))
                .withMessageContainingAll("leaps", "ten steps each", "runs asleep", "events");
    }

    @Test
    void aGoalSaysWhetherItIsReached() {
        assertThat(CostReport.Goal.atLeast("more", 0.6, 0.61).met()).isTrue();
        assertThat(CostReport.Goal.atLeast("more", 0.6, 0.59).met()).isFalse();
        assertThat(CostReport.Goal.atMost("less", 1.25, 1.2).met()).isTrue();
        assertThat(CostReport.Goal.atMost("less", 1.25, 1.3).met()).isFalse();
    }
}
