package dev.errand.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class BenchReportTest {
    private static final BenchReport REPORT = new BenchReport(
            BenchReport.Rate.of(200_000.4, 400_000),
            BenchReport.Rate.of(1, 3),
            BenchReport.Rate.of(40_000, 2_000),
            BenchReport.Rate.of(210_000, 420_000),
            new BenchReport.Latency(0.5, 1.25),
            new BenchReport.Latency(0.7, 2.5),
            new BenchReport.Idle(0.2, 0.1),
            new BenchReport.Idle(0.3, 0.2),
            new BenchReport.PerRun(4.25, 900),
            new BenchReport.Heap(5_000_000, 20_000_000, 200_000_000),
            true,
            null,
            400_000,
            "SQLite 3",
            new Machine(2, 1L << 34, "Linux", "25"));

    @Test
    void theJsonHasTheAgreedKeys() {
        // when
        JsonNode json = JsonMapper.shared().readTree(REPORT.json());
        // then
        assertThat(keys(json))
                .containsExactly(
                        "bulkTrigger",
                        "trigger1",
                        "trigger16",
                        "drain",
                        "latency100",
                        "latency2000",
                        "idle",
                        "idleSchedules",
                        "perRun",
                        "heap",
                        "verified",
                        "runs",
                        "store",
                        "machine");
        assertThat(keys(json.get("drain"))).containsExactly("runsPerSecond", "rawPerSecond", "ratio");
        assertThat(keys(json.get("latency100"))).containsExactly("p50Ms", "p99Ms");
        assertThat(keys(json.get("idle"))).containsExactly("transactionsPerSecond", "cpuPercent");
        assertThat(keys(json.get("perRun"))).containsExactly("engineCpuMicros", "bytesWritten");
        assertThat(keys(json.get("heap"))).containsExactly("queued100k", "sleeping10k", "sleeping100k");
        assertThat(json.get("verified").isBoolean()).isTrue();
    }

    @Test
    void aRatioIsTheEnginesShareOfWhatPlainSqlReaches() {
        // when
        JsonNode bulk = JsonMapper.shared().readTree(REPORT.json()).get("bulkTrigger");
        // then
        assertThat(bulk.get("runsPerSecond").asLong()).isEqualTo(200_000);
        assertThat(bulk.get("rawPerSecond").asLong()).isEqualTo(400_000);
        assertThat(bulk.get("ratio").asDouble()).isEqualTo(0.5);
    }

    @Test
    void theTableSaysWhatEachFigureIs() {
        assertThat(REPORT.table())
                .contains("SQLite 3 · 400,000 runs")
                .containsPattern("drain +210,000 +420,000 +50 %")
                .contains("p50 0.50 ms, p99 1.25 ms")
                .contains("0.20 transactions/s, 0.10 % of a processor")
                .containsPattern("idle, 10,000 schedules +0.30 transactions/s, 0.20 % of a processor")
                .contains("4.25 µs of processor time draining, 900 bytes written in all")
                .containsPattern("heap, 100,000 sleeping +200.0 MB")
                .contains("Every body ran exactly once");
    }

    private static List<String> keys(JsonNode object) {
        return new ArrayList<>(object.propertyNames());
    }
}
