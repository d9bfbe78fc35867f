package dev.errand.store.limits;

import java.util.List;

/**
 * What keeps a run from being claimed.
 *
 * @param scope the queue or task that does
 * @param words what it is, with numbers
 */
public record Obstacle(Scope scope, String words) {
    /** So far those are counted that wait in front of a run. */
    public static final int COUNTED = 1_000;

    /** The lines whose runs wait in front of one of this line: of one with a key that of its key, of others all without a key for which this holds. */
    public List<Long> linesAhead(Rules rules, long line) {
        return Lines.keyOf(line) != 0
                ? List.of(line)
                : rules.placesOf(scope).stream()
                        .map(place -> (long) place.number())
                        .toList();
    }

    /**
     * In a sentence.
     *
     * @param line of the run
     * @param ahead how many wait in front of it, counted up to {@link #COUNTED}
     */
    public String sentence(long line, int ahead) {
        return "It waits: %s, %s%d ahead%s."
                .formatted(
                        words, ahead >= COUNTED ? "at least " : "", ahead, Lines.keyOf(line) == 0 ? "" : " of its key");
    }
}
