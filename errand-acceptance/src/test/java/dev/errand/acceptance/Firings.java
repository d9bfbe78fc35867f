package dev.errand.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Errand;
import dev.errand.Page;
import dev.errand.RunInfo;
import dev.errand.RunQuery;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** For which times schedules have fired, as their runs in the store say: the whole truth about what was triggered. */
record Firings(Map<String, List<Instant>> times) {
    static Firings of(Errand errand) {
        JsonMapper json = new JsonMapper();
        Map<String, List<Instant>> times = new TreeMap<>();
        Page<RunInfo> page = errand.runs(RunQuery.all().limit(1000));
        while (true) {
            for (RunInfo run : page.items()) {
                JsonNode payload = json.readTree(run.payload().text());
                times.computeIfAbsent(payload.get("key").stringValue(), key -> new ArrayList<>())
                        .add(Instant.parse(payload.get("timestamp").stringValue()));
            }
            if (page.cursor() == null) {
                times.values().forEach(each -> each.sort(null));
                return new Firings(times);
            }
            page = errand.runs(RunQuery.all().limit(1000).after(page.cursor()));
        }
    }

    int count() {
        return times.values().stream().mapToInt(List::size).sum();
    }

    /** From the first firing of each schedule to its last none is missing and none is double. */
    void assertEachOnce(int schedules, Duration interval, int atLeast) {
        assertThat(times).hasSize(schedules);
        assertThat(times).allSatisfy((key, each) -> {
            assertThat(each).hasSizeGreaterThanOrEqualTo(atLeast);
            for (int i = 1; i < each.size(); i++) {
                assertThat(Duration.between(each.get(i - 1), each.get(i)))
                        .as("between firings %d and %d of %s: %s", i - 1, i, key, each)
                        .isEqualTo(interval);
            }
        });
    }
}
