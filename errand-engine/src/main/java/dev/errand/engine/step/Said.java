package dev.errand.engine.step;

import java.util.Map;

/** How often a body has said something in its attempt: when it is called again after a wait, it says as much again, which is not to be repeated. */
public record Said(Map<Kind, Integer> times) {
    /** Nothing yet. */
    public static final Said NOTHING = new Said(Map.of());

    /** What a body can say. */
    public enum Kind {
        ITEM,
        LINE,
        EVENT,
        PROGRESS,
        METADATA
    }
}
