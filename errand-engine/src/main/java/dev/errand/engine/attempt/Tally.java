package dev.errand.engine.attempt;

import dev.errand.RunId;
import dev.errand.engine.step.Said;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Counts what a body says, and knows what it has said before its attempt waited. Thread-safe. */
final class Tally {
    private static final String NONE = "";

    private final Said before;
    private final Map<Said.Kind, Integer> times = new EnumMap<>(Said.Kind.class);
    private final List<String> triggered;
    private int triggers;

    /** @param before what was said before the body was called this time */
    Tally(Said before) {
        this.before = before;
        this.triggered = new ArrayList<>(before.triggered());
    }

    /** The body says something. Answers whether it is something new, and not what it said before. */
    synchronized boolean isNew(Said.Kind kind) {
        return times.merge(kind, 1, Integer::sum) > before.times().getOrDefault(kind, 0);
    }

    /** The body is about to trigger a run. Answers where that stands among all it triggers. */
    synchronized int reserve() {
        int place = triggers++;
        if (place == triggered.size()) {
            triggered.add(NONE);
        }
        return place;
    }

    /** Which run it triggered there before; null if none, or if that was refused. */
    synchronized @Nullable RunId triggeredBefore(int place) {
        List<String> known = before.triggered();
        return place < known.size() && !known.get(place).equals(NONE) ? RunId.of(known.get(place)) : null;
    }

    synchronized void triggered(int place, RunId run) {
        triggered.set(place, run.toString());
    }

    /** All of it. */
    synchronized Said said() {
        Map<Said.Kind, Integer> most = new EnumMap<>(Said.Kind.class);
        before.times().forEach(most::put);
        times.forEach((kind, count) -> most.merge(kind, count, Math::max));
        return new Said(most, List.copyOf(triggered));
    }
}
