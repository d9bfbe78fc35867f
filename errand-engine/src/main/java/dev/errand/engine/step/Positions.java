package dev.errand.engine.step;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Gives out the positions in a run's journal, one after the other. Those of a loop's iteration are given out again when it is over, so that a
 * run may loop for years. Guarded by whoever has it.
 */
final class Positions {
    private final Map<String, SortedMap<Integer, Map<String, Integer>>> iterations = new HashMap<>();
    private final TreeSet<Integer> free = new TreeSet<>();
    private int last;

    /** The last that is taken. */
    int last() {
        return last;
    }

    /** This one is taken, as the store says. */
    void isTaken(int position, String key) {
        last = Math.max(last, position);
        remember(position, key);
    }

    /** One for what has none yet. */
    int take(String key) {
        Integer again = free.pollFirst();
        int position = again == null ? ++last : again;
        remember(position, key);
        return position;
    }

    private void remember(int position, String key) {
        Paths.Iteration in = Paths.iteration(Paths.path(key));
        if (in != null) {
            iterations
                    .computeIfAbsent(in.loop(), unseen -> new TreeMap<>())
                    .computeIfAbsent(in.number(), unseen -> new HashMap<>())
                    .put(key, position);
        }
    }

    /** The iterations of a loop before this one are over. Answers what was kept of them. */
    List<String> over(String loop, int before) {
        SortedMap<Integer, Map<String, Integer>> of = iterations.get(Paths.escaped(loop));
        if (of == null) {
            return List.of();
        }
        SortedMap<Integer, Map<String, Integer>> over = of.headMap(before);
        List<String> keys =
                over.values().stream().flatMap(each -> each.keySet().stream()).toList();
        over.values().forEach(each -> free.addAll(each.values()));
        over.clear();
        return keys;
    }
}
