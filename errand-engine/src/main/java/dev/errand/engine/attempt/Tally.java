package dev.errand.engine.attempt;

import dev.errand.engine.step.Said;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Counts what a body says, and knows what it has said before its attempt waited; in each iteration and branch by itself, since not all of them are
 * called again. Thread-safe.
 */
final class Tally {
    /** The path of what is in neither. */
    private static final String TOP = "";

    private final Map<String, Map<Said.Kind, Integer>> before = new HashMap<>();
    private final Map<String, Map<Said.Kind, Integer>> times = new HashMap<>();

    /** @param before what was said before the body was called this time */
    Tally(Said before) {
        this.before.put(TOP, before.times());
        Map<String, Map<Said.Kind, Integer>> within = before.within();
        if (within != null) {
            this.before.putAll(within);
        }
    }

    /** The body says something there. Answers whether it is something new, and not what it said before. */
    synchronized boolean isNew(String path, Said.Kind kind) {
        int time = times.computeIfAbsent(path, unseen -> new EnumMap<>(Said.Kind.class))
                .merge(kind, 1, Integer::sum);
        return time > before.getOrDefault(path, Map.of()).getOrDefault(kind, 0);
    }

    /** All of it. */
    synchronized Said said() {
        Map<String, Map<Said.Kind, Integer>> within = most();
        Map<Said.Kind, Integer> top = within.remove(TOP);
        return new Said(top == null ? Map.of() : top, orNull(within));
    }

    private static @Nullable Map<String, Map<Said.Kind, Integer>> orNull(Map<String, Map<Said.Kind, Integer>> within) {
        return within.isEmpty() ? null : within;
    }

    private Map<String, Map<Said.Kind, Integer>> most() {
        Map<String, Map<Said.Kind, Integer>> most = new HashMap<>();
        for (Map<String, Map<Said.Kind, Integer>> counts : List.of(before, times)) {
            counts.forEach((path, kinds) ->
                    kinds.forEach((kind, count) -> most.computeIfAbsent(path, unseen -> new EnumMap<>(Said.Kind.class))
                            .merge(kind, count, Math::max)));
        }
        return most;
    }

    /** Iterations, or branches, are not called again. */
    synchronized void over(Predicate<String> paths) {
        before.keySet().removeIf(paths);
        times.keySet().removeIf(paths);
    }

    /** Branches are called again while the body goes on, and say again what they said. */
    synchronized void again(Predicate<String> paths) {
        most().forEach((path, kinds) -> {
            if (paths.test(path)) {
                before.put(path, kinds);
            }
        });
        times.keySet().removeIf(paths);
    }
}
