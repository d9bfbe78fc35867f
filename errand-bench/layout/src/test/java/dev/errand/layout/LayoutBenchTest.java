package dev.errand.layout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.store.postgres.server.PostgresServer;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class LayoutBenchTest {
    @TempDir
    Path folder;

    @Test
    void eachCandidateIsMeasuredInAllRespectsAndEndsEachRunOnce() throws Exception {
        List<String> small = List.of("--runs", "600", "--rounds", "1", "--finished", "2000", "--delayed", "200");
        LayoutOptions options = LayoutOptions.parse(small, folder);

        Report report = LayoutBench.measure(new Server(PostgresServer.shared()), options);

        assertThat(report.figures().keySet()).containsExactly(Candidate.values());
        assertThat(report.figures().values()).allSatisfy(figures -> {
            assertThat(figures.failures()).isEmpty();
            assertThat(figures.verified()).isTrue();
            assertThat(figures.values().keySet()).containsExactlyInAnyOrder(Metric.values());
            assertThat(figures.median(Metric.DRAIN).orElse(0)).isPositive();
        });
        assertThat(ReportTable.of(report)).endsWith("no key was ever held twice.\n");
        JsonNode json = JsonMapper.shared().readTree(options.json());
        assertThat(json.get("layouts").size()).isEqualTo(Candidate.values().length);
        assertThat(json.at("/layouts/0/figures/drain/rounds").size()).isEqualTo(1);
    }
}
