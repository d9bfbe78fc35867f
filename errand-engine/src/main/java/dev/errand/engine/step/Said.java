package dev.errand.engine.step;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How often a body has said something in its attempt: when it is called again after a wait, it says as much again, which is not to be repeated.
 *
 * @param times at its top
 * @param within in iterations and branches, which are called again by themselves, by their paths; null for none
 */
public record Said(Map<Kind, Integer> times, @Nullable Map<String, Map<Kind, Integer>> within) {
    /** Nothing yet. */
    public static final Said NOTHING = new Said(Map.of(), null);

    /** What a body can say. */
    public enum Kind {
        ITEM,
        LINE,
        EVENT,
        PROGRESS,
        METADATA
    }
}
