package dev.errand.engine.step;

import java.util.List;
import java.util.Map;

/**
 * How often a body has said something in its attempt, and what it has triggered, in order: when it is called again after a wait, it says
 * as much again, which is not to be repeated.
 *
 * @param triggered ids of runs; an empty text for each that was refused
 */
public record Said(Map<Kind, Integer> times, List<String> triggered) {
    /** Nothing yet. */
    public static final Said NOTHING = new Said(Map.of(), List.of());

    /** What a body can say. */
    public enum Kind {
        ITEM,
        LINE,
        EVENT,
        PROGRESS,
        METADATA
    }
}
