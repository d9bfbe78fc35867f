package dev.errand.scripts;

import dev.errand.Durations;
import dev.errand.Machine;
import dev.errand.Retry;
import dev.errand.Schedule;
import dev.errand.TaskOptions;
import dev.errand.Timeout;
import dev.errand.scripts.ProgramHeader.Setting;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A program's header understood: the options of its task, or what is wrong with them and where. */
final class ProgramSettings {
    private static final Duration LONGEST_GRACE = Duration.ofSeconds(25);
    private static final String KNOWN =
            "id, attempts, max-retries, delay, timeout, max-duration, ttl, description, aliases, node-tags, cron, zone, grace, "
                    + "machine, isolated, on-out-of-memory";

    private final List<Diagnostic> diagnostics;
    private TaskOptions options = TaskOptions.defaults();
    private Duration grace = Duration.ofSeconds(5);

    ProgramSettings(ProgramHeader header) {
        diagnostics = new ArrayList<>(header.diagnostics());
        header.settings().forEach((key, setting) -> {
            try {
                apply(key, setting.value());
            } catch (IllegalArgumentException e) {
                diagnostics.add(problem(header, setting, e));
            }
        });
        // Whatever the order they stand in, the number of attempts holds for the delay as well.
        header.value("delay").filter(delay -> diagnostics.isEmpty()).ifPresent(delay -> {
            Retry fixed = Retry.fixed(Durations.parse(delay));
            options = options.withRetry(fixed.attempts(retry().attempts()));
        });
        schedule(header, header.settings().get("cron"), header.settings().get("zone"));
    }

    private static Diagnostic problem(ProgramHeader header, Setting setting, IllegalArgumentException e) {
        return new Diagnostic(header.file(), setting.line(), setting.column(), String.valueOf(e.getMessage()));
    }

    private void schedule(ProgramHeader header, @Nullable Setting cron, @Nullable Setting zone) {
        if (cron != null && diagnostics.isEmpty()) {
            Schedule schedule = Schedule.cron(cron.value());
            options = options.withSchedules(Map.of("", zone == null ? schedule : schedule.zone(zone.value())));
        } else if (cron == null && zone != null) {
            diagnostics.add(problem(header, zone, new IllegalArgumentException("a zone is of no use without cron")));
        }
    }

    private void apply(String key, String value) {
        switch (key) {
            case "id" -> checkId(value);
            case "attempts" -> options = options.withRetry(retry().attempts(number(key, value)));
            case "max-retries" -> options = options.withRetry(retry().maxRetries(number(key, value)));
            case "delay" -> Durations.parse(value);
            case "timeout" -> options = options.withTimeout(Timeout.ofAttempt(Durations.parse(value)));
            case "max-duration" -> options = options.withMaxDuration(Durations.parse(value));
            case "ttl" -> options = options.withTtl(Durations.parse(value));
            case "description" -> options = options.withDescription(value);
            case "aliases" -> options = options.withAliases(list(value));
            case "node-tags" -> options = options.withNodeTags(list(value));
            case "machine" -> options = options.withMachine(Machine.parse(value));
            case "isolated" -> options = options.withIsolated(flag(key, value));
            case "on-out-of-memory" -> options = options.withOnOutOfMemory(Machine.parse(value));
            case "cron" -> Schedule.cron(value);
            case "zone" -> Schedule.cron("@daily").zone(value);
            case "grace" -> grace = grace(Durations.parse(value));
            default -> throw new IllegalArgumentException("'%s' is no setting; known are %s".formatted(key, KNOWN));
        }
    }

    private Retry retry() {
        return options.retryOr(Retry.exponential());
    }

    private static void checkId(String id) {
        if (id.isBlank()) {
            throw new IllegalArgumentException("the id is empty");
        }
    }

    private static int number(String key, String value) {
        try {
            return Integer.parseInt(value);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("%s is '%s'; it must be a whole number".formatted(key, value), e);
        }
    }

    private static boolean flag(String key, String value) {
        return switch (value) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException("%s is '%s'; it is true or false".formatted(key, value));
        };
    }

    private static List<String> list(String value) {
        return Arrays.stream(value.split(",", -1))
                .map(String::strip)
                .filter(entry -> !entry.isEmpty())
                .toList();
    }

    private static Duration grace(Duration grace) {
        if (grace.compareTo(LONGEST_GRACE) > 0) {
            throw new IllegalArgumentException("grace is %s; at most %s are possible"
                    .formatted(Durations.print(grace), Durations.print(LONGEST_GRACE)));
        }
        return grace;
    }

    List<Diagnostic> diagnostics() {
        return diagnostics;
    }

    TaskOptions options() {
        return options;
    }

    /** How long the program may take to end when it is asked to, before it is killed. */
    Duration grace() {
        return grace;
    }
}
