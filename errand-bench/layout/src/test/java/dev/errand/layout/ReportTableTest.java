package dev.errand.layout;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReportTableTest {
    private final Figures chunks = new Figures();
    private final Figures rows = new Figures();

    private String table() {
        Map<Candidate, Figures> figures = new EnumMap<>(Candidate.class);
        figures.put(Candidate.CHUNKS, chunks);
        figures.put(Candidate.ROWS, rows);
        LayoutOptions options = LayoutOptions.parse(List.of(), Path.of("target"));
        return ReportTable.of(new Report("PostgreSQL 18.6", options, figures, Instant.EPOCH));
    }

    @Test
    void itHasAColumnForEachCandidateWithTheMedians() {
        chunks.add(Metric.DRAIN, 300_000);
        chunks.add(Metric.DRAIN, 100_000);
        chunks.add(Metric.DRAIN, 200_000);
        rows.add(Metric.DEAD, 1);
        rows.add(Metric.DEAD, 2);

        assertThat(table())
                .containsPattern("\\| drain, runs/s +\\| +200,000 \\| +– \\|")
                .containsPattern("\\| row versions that die per run +\\| +– \\| +1\\.50 \\|")
                .endsWith("Every run was claimed and ended exactly once, and no key was ever held twice.\n");
    }

    @Test
    void itSaysWhatFailedOrIsNotVerified() {
        chunks.verified(false);
        rows.failed("the disk is full");

        assertThat(table())
                .contains("FAILED: ready rows: the disk is full")
                .contains("NOT VERIFIED: with chunks")
                .doesNotContain("Every run was claimed");
    }
}
