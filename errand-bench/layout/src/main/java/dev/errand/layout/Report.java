package dev.errand.layout;

import java.lang.management.ManagementFactory;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** All that was measured. */
record Report(String database, LayoutOptions options, Map<Candidate, Figures> figures, Instant at) {
    private static final JsonMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    /** Where it was measured. */
    static String machine() {
        var system = (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        return "%s %s %s, %d processors, %,d MB, JDK %s"
                .formatted(
                        system.getName(),
                        system.getVersion(),
                        system.getArch(),
                        system.getAvailableProcessors(),
                        system.getTotalMemorySize() >> 20,
                        Runtime.version());
    }

    String json() {
        Map<String, Object> report = new LinkedHashMap<>();
        report.put("at", at.toString());
        report.put("machine", machine());
        report.put("database", database);
        report.put("settings", Server.SETTINGS);
        report.put("runs", options.runs());
        report.put("rounds", options.rounds());
        report.put("finished", options.finished());
        report.put("delayed", options.delayed());
        report.put(
                "layouts",
                figures.entrySet().stream()
                        .map(entry -> layout(entry.getKey(), entry.getValue()))
                        .toList());
        return JSON.writeValueAsString(report);
    }

    private static Map<String, Object> layout(Candidate candidate, Figures those) {
        Map<String, Object> medians = new LinkedHashMap<>();
        those.values().forEach((metric, values) -> {
            Map<String, Object> figure = new LinkedHashMap<>();
            figure.put("median", those.median(metric).orElse(0));
            figure.put("rounds", List.copyOf(values));
            medians.put(metric.name().toLowerCase(Locale.ROOT), figure);
        });
        Map<String, Object> layout = new LinkedHashMap<>();
        layout.put("name", candidate.id());
        layout.put("title", candidate.title());
        layout.put("verified", those.verified());
        layout.put("failures", those.failures());
        layout.put("figures", medians);
        return layout;
    }
}
