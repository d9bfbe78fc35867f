package dev.errand.engine;

import dev.errand.Json;
import dev.errand.Step;
import dev.errand.StepState;
import dev.errand.engine.json.Codec;
import dev.errand.engine.step.Conditions;
import dev.errand.engine.step.SignalWaits;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Says what a run waits for, and until when. */
final class WhyWaiting {
    private static final int MOST_NAMED = 5;

    private final List<Step> steps;
    private final @Nullable Instant dueAt;
    private final Codec codec;
    private final Function<@Nullable Instant, String> when;

    /**
     * Of a run that waits.
     *
     * @param dueAt when it goes on at the latest; null if nothing but what it waits for ends its wait
     * @param when prints an instant
     */
    WhyWaiting(List<Step> steps, @Nullable Instant dueAt, Codec codec, Function<@Nullable Instant, String> when) {
        this.steps = steps;
        this.dueAt = dueAt;
        this.codec = codec;
        this.when = when;
    }

    String text() {
        List<Step> waiting =
                steps.stream().filter(step -> step.state() == StepState.WAITING).toList();
        if (waiting.isEmpty()) {
            return again() + " and holds no slot; it goes on " + when.apply(dueAt);
        }
        boolean branches = waiting.stream().anyMatch(step -> step.within() != null);
        return branches && waiting.size() > 1 ? any(waiting) : one(latest(waiting));
    }

    private String one(Step step) {
        List<Conditions.Read> read = read(step);
        if (!read.isEmpty()) {
            return " for '%s' to hold and holds no slot; it looks again when %s%s"
                    .formatted(step.name(), again(read), dueAt == null ? "" : ", and times out " + when.apply(dueAt));
        }
        if (isSignal(step)) {
            return " for signal '%s' and holds no slot; it goes on when that is sent%s"
                    .formatted(step.name(), dueAt == null ? "" : ", and times out " + when.apply(dueAt));
        }
        Integer iterations = step.iterations();
        String what = iterations == null
                ? " for '%s' to end".formatted(step.name())
                : " for the next iteration of '%s', of which %d %s finished,"
                        .formatted(step.name(), iterations, iterations == 1 ? "has" : "have");
        return what + " and holds no slot; it goes on " + then(step);
    }

    /** What a condition has read which it waits for; nothing if it is no condition. */
    private List<Conditions.Read> read(Step step) {
        Json result = step.result();
        return result == null ? List.of() : Conditions.read(codec, result.text().getBytes(StandardCharsets.UTF_8));
    }

    private boolean isSignal(Step step) {
        Json result = step.result();
        return result != null && SignalWaits.read(codec, result.text().getBytes(StandardCharsets.UTF_8)) != null;
    }

    /** When it looks again that has read this. */
    private static String again(List<Conditions.Read> read) {
        List<String> values = read.stream()
                .filter(one -> one.name() != null)
                .map(one -> "'" + one.name() + "'")
                .toList();
        List<String> runs =
                read.stream().map(Conditions.Read::run).filter(Objects::nonNull).toList();
        List<String> events = read.stream()
                .filter(one -> one.event() != null)
                .map(one -> "'" + one.event() + "'")
                .toList();
        return Stream.of(
                        some("value", values, "changes"), some("run", runs, "ends"), some("event", events, "is raised"))
                .filter(Objects::nonNull)
                .collect(Collectors.joining(" or "));
    }

    private static @Nullable String some(String what, List<String> names, String does) {
        int more = names.size() - MOST_NAMED;
        return switch (names.size()) {
            case 0 -> null;
            case 1 -> "%s %s %s".formatted(what, names.getFirst(), does);
            default ->
                "one of the %ss %s%s %s"
                        .formatted(
                                what,
                                names.stream().limit(MOST_NAMED).collect(Collectors.joining(", ")),
                                more > 0 ? " and %d more".formatted(more) : "",
                                does);
        };
    }

    private String then(Step step) {
        if (step.endedAt() != null) {
            return when.apply(dueAt);
        }
        return dueAt == null ? "as soon as that has" : "as soon as that has, and times out " + when.apply(dueAt);
    }

    /** Of several branches. */
    private String any(List<Step> waiting) {
        String names = waiting.stream().map(step -> "'" + step.name() + "'").collect(Collectors.joining(" or "));
        return " for %s to end and holds no slot; it goes on as soon as one of them has%s"
                .formatted(names, dueAt == null ? "" : ", at the latest " + when.apply(dueAt));
    }

    /** What was begun last may be a try that failed. */
    private String again() {
        Step last = steps.isEmpty() ? null : latest(steps);
        return last == null || last.state() != StepState.RETRYING
                ? ""
                : " to try step '%s' again".formatted(last.name());
    }

    /** Places in a journal are given out again, and so say nothing of what came last; of those that began at once, it is the last in order. */
    private static Step latest(List<Step> steps) {
        return steps.stream()
                .sorted(Comparator.comparing(Step::startedAt))
                .reduce((before, later) -> later)
                .orElseThrow();
    }
}
