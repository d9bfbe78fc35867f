package dev.errand.engine.attempt;

import dev.errand.engine.step.Said;
import java.util.EnumMap;
import java.util.Map;

/** Counts what a body says, and knows what it has said before its attempt waited. Thread-safe. */
final class Tally {
    private final Said before;
    private final Map<Said.Kind, Integer> times = new EnumMap<>(Said.Kind.class);

    /** @param before what was said before the body was called this time */
    Tally(Said before) {
        this.before = before;
    }

    /** The body says something. Answers whether it is something new, and not what it said before. */
    synchronized boolean isNew(Said.Kind kind) {
        return times.merge(kind, 1, Integer::sum) > before.times().getOrDefault(kind, 0);
    }

    /** All of it. */
    synchronized Said said() {
        Map<Said.Kind, Integer> most = new EnumMap<>(Said.Kind.class);
        before.times().forEach(most::put);
        times.forEach((kind, count) -> most.merge(kind, count, Math::max));
        return new Said(most);
    }
}
