package dev.errand.store.postgres;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * How long bodies take at each place where limits hold, as this node has seen it lately: what takes long is not claimed ahead of its
 * permits, what is over in no time is, for as long as a commit takes and a little more. Any thread.
 */
final class Pace {
    private static final long HORIZON = TimeUnit.MILLISECONDS.toMicros(40);
    private static final int FURTHEST = 500;
    private static final int WEIGHT = 8;

    private final Map<Integer, Long> micros = new ConcurrentHashMap<>();

    /** A body has taken so long. */
    void ended(int place, long took) {
        micros.merge(place, Math.max(took, 1), (before, now) -> before + (now - before) / WEIGHT);
    }

    /** How many runs to claim for each permit; 1 where nothing is known. */
    int perPermit(int place) {
        Long took = micros.get(place);
        return took == null ? 1 : Math.clamp(HORIZON / took, 1, FURTHEST);
    }
}
