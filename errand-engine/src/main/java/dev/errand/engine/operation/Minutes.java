package dev.errand.engine.operation;

import dev.errand.MinuteStatistics;
import dev.errand.RunState;
import dev.errand.store.Report;
import dev.errand.store.format.JsonReader;
import dev.errand.store.format.JsonText;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What has ended in some minutes, by task and state. Not safe for several threads. */
final class Minutes {
    /** More tasks than these are counted together, so that a minute stays small. */
    static final int MOST_TASKS = 1_000;

    private static final String OTHERS = "";

    private record Kind(Instant minute, String task, RunState state) {}

    private static final class Counted {
        private final Histogram wait = new Histogram();
        private final Histogram run = new Histogram();
        private long count;
    }

    private final Map<Kind, Counted> counted = new HashMap<>();
    private final Set<String> tasks = new HashSet<>();

    void add(Report.Ended end) {
        Counted of =
                of(end.at().truncatedTo(ChronoUnit.MINUTES), known(end.claim().task()), end.state());
        of.count++;
        Instant started = end.startedAt();
        if (started != null) {
            of.wait.add(Duration.between(end.claim().dueAt(), started));
            of.run.add(Duration.between(started, end.at()));
        }
    }

    private String known(String task) {
        boolean counts = tasks.contains(task) || (tasks.size() < MOST_TASKS && tasks.add(task));
        return counts ? task : OTHERS;
    }

    private Counted of(Instant minute, String task, RunState state) {
        return counted.computeIfAbsent(new Kind(minute, task, state), kind -> new Counted());
    }

    /** By minute, task and state. */
    List<MinuteStatistics> list() {
        List<MinuteStatistics> all = new ArrayList<>();
        counted.forEach((kind, of) -> all.add(new MinuteStatistics(
                kind.minute(), kind.task(), kind.state(), of.count, of.wait.spread(), of.run.spread())));
        all.sort(Comparator.comparing(MinuteStatistics::minute)
                .thenComparing(MinuteStatistics::task)
                .thenComparing(MinuteStatistics::state));
        return all;
    }

    /** What ended in minutes before this one, as text by minute; it is not here any more. */
    Map<Instant, String> takeBefore(Instant minute) {
        Map<Instant, Map<String, Object>> taken = new TreeMap<>();
        counted.forEach((kind, of) -> {
            if (kind.minute().isBefore(minute)) {
                taken.computeIfAbsent(kind.minute(), at -> new LinkedHashMap<>())
                        .put(kind.state() + " " + kind.task(), written(of));
            }
        });
        counted.keySet().removeIf(kind -> kind.minute().isBefore(minute));
        if (counted.isEmpty()) {
            tasks.clear();
        }
        Map<Instant, String> texts = new TreeMap<>();
        taken.forEach((at, kinds) -> texts.put(at, JsonText.of(kinds)));
        return texts;
    }

    private static Map<String, Object> written(Counted of) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("n", of.count);
        members.put("wait", of.wait.counts());
        members.put("run", of.run.counts());
        return members;
    }

    /** Adds what was taken, here or elsewhere. */
    void add(Instant minute, String text) {
        JsonReader.object(text).forEach((kind, members) -> {
            int space = kind.indexOf(' ');
            Counted of = of(minute, kind.substring(space + 1), RunState.valueOf(kind.substring(0, space)));
            if (members instanceof Map<?, ?> map) {
                of.count += number(map.get("n"));
                read(of.wait, map.get("wait"));
                read(of.run, map.get("run"));
            }
        });
    }

    private static void read(Histogram histogram, @Nullable Object counts) {
        if (counts instanceof Map<?, ?> map) {
            map.forEach((size, count) -> histogram.add(Integer.parseInt(String.valueOf(size)), number(count)));
        }
    }

    private static long number(@Nullable Object value) {
        return value instanceof Number number ? number.longValue() : 0;
    }
}
