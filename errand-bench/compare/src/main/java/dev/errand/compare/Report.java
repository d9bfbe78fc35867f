package dev.errand.compare;

import dev.errand.compare.Targets.Target;
import java.lang.management.ManagementFactory;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * All that was measured.
 *
 * @param floors of each round
 * @param alone null if that was not asked for
 */
record Report(
        String database,
        CompareOptions options,
        Map<Contestant, Figures> figures,
        List<Floor> floors,
        @Nullable Alone alone,
        Instant at) {
    private static final JsonMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    List<Target> targets() {
        return Targets.of(figures, alone);
    }

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
        report.put("settings", options.postgres() == null ? Server.SETTINGS : Map.of());
        report.put("runs", options.runs());
        report.put("rounds", options.rounds());
        report.put("seconds", options.seconds());
        report.put("floors", floors);
        report.put(
                "engines",
                figures.entrySet().stream()
                        .map(entry -> engine(entry.getKey(), entry.getValue()))
                        .toList());
        if (alone != null) {
            Map<String, Object> cases = new LinkedHashMap<>();
            alone.rates().forEach((what, rates) -> cases.put(what.name().toLowerCase(Locale.ROOT), rates));
            report.put("errandAlone", cases);
        }
        report.put("targets", targets().stream().map(Report::target).toList());
        return JSON.writeValueAsString(report);
    }

    private Map<String, Object> engine(Contestant contestant, Figures those) {
        Map<String, Object> medians = new LinkedHashMap<>();
        those.values().forEach((metric, values) -> {
            Map<String, Object> figure = new LinkedHashMap<>();
            figure.put("median", Statistics.median(values));
            figure.put("rounds", values);
            medians.put(metric.name().toLowerCase(Locale.ROOT), figure);
        });
        Map<String, Object> engine = new LinkedHashMap<>();
        engine.put("name", contestant.id());
        engine.put("title", contestant.title());
        engine.put("configuration", contestant.configuration());
        engine.put("runs", contestant.runs(options.runs()));
        engine.put("verified", those.verified());
        engine.put("failures", those.failures());
        engine.put("figures", medians);
        return engine;
    }

    private static Map<String, Object> target(Target target) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("title", target.title());
        fields.put("limit", target.sign() + " " + target.limit());
        if (target.known()) {
            fields.put("reached", target.reached());
            fields.put("met", target.met());
        }
        return fields;
    }
}
