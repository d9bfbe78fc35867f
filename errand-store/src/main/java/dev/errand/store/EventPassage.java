package dev.errand.store;

import java.util.Map;

/**
 * That somebody has passed events of a stream.
 *
 * @param position of the last commit of which he has passed any
 * @param within 0 if he has passed all of that commit; else how many of its events
 * @param events how many he has passed
 */
public record EventPassage(long stream, long position, int within, long events) {
    /** Adds a passage that follows those which are there, by their streams. */
    public static void add(Map<Long, EventPassage> passages, EventPassage next) {
        passages.merge(
                next.stream(),
                next,
                (before, after) -> new EventPassage(
                        after.stream(), after.position(), after.within(), before.events() + after.events()));
    }
}
