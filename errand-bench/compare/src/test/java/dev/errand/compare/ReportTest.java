package dev.errand.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ReportTest {
    private final Figures errand = new Figures();
    private final Figures dbScheduler = new Figures();

    private Report report() {
        Map<Contestant, Figures> figures = new EnumMap<>(Contestant.class);
        figures.put(Contestant.ERRAND, errand);
        figures.put(Contestant.DB_SCHEDULER, dbScheduler);
        CompareOptions options = CompareOptions.parse(new String[0], Path.of("target"));
        return new Report("PostgreSQL 18.6", options, figures, List.of(new Floor(0.5, 2, 3_000)), null, Instant.EPOCH);
    }

    @Test
    void theTableHasAColumnForEachEngineAndSaysWhatIsMissed() {
        errand.add(Metric.DRAIN, 123_456.7);
        dbScheduler.add(Metric.DRAIN, 12_345.6);

        String table = ReportTable.of(report());

        assertThat(table).containsPattern("\\| drain, runs/s +\\| +123,457 +\\| +12,346 +\\|");
        assertThat(table).containsPattern("\\| table \\+ index bytes kept per run +\\| +– +\\| +deletes +\\|");
        assertThat(table).containsPattern("\\| drain / db-scheduler 16.12.0 +\\| +≥ 15.0 +\\| +10.00 +\\| MISS");
        assertThat(table).contains("without any engine: p50 0.50 ms, p99 2.00 ms at 100/s; 3,000/s one after another.");
        assertThat(table).endsWith("Every body of every engine ran exactly once.\n");
    }

    @Test
    void theTableSaysWhoFailedOrIsNotVerified() {
        dbScheduler.failed("db-scheduler could not drain: gone");
        errand.verified(true);
        errand.verified(false);

        assertThat(ReportTable.of(report()))
                .contains("FAILED: db-scheduler could not drain: gone")
                .contains("NOT VERIFIED: some body of Errand")
                .doesNotContain("Every body of every engine ran exactly once.");
    }

    @Test
    void theFileHasAllRoundsAndTheTargets() {
        errand.add(Metric.P99_100, 3);
        errand.add(Metric.P99_100, 1);

        JsonNode json = JsonMapper.shared().readTree(report().json());

        JsonNode figure = json.at("/engines/0/figures/p99_100");
        assertThat(figure.get("median").asDouble()).isEqualTo(2);
        assertThat(figure.get("rounds").size()).isEqualTo(2);
        assertThat(json.at("/floors/0/perSecond").asDouble()).isEqualTo(3_000);
        assertThat(json.get("targets").valueStream())
                .anySatisfy(target -> assertThat(target.path("met").asBoolean()).isTrue());
    }
}
