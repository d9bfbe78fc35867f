package dev.errand.store.postgres;

import dev.errand.store.limits.Lines;
import dev.errand.store.limits.Place;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * A queue whose turn it is, or a place outside of queues: its keys in their turn, none being one of them, and of each key its lines, which are one
 * order.
 *
 * @param places where something may be let through
 * @param keys of each its lines
 * @param isPart whether there may be other keys besides
 */
record KeysInTurn(List<Place> places, List<List<Long>> keys, boolean isPart) {
    /** Comes before all keys. */
    static final long START = -1;

    private static final long ALL = Lines.lastKey(0) + 1;

    /**
     * Puts together what was found at each of the places.
     *
     * @param lines of each place, in turn
     * @param last whose turn it was last, as a key
     * @param most so many were looked for; where as many were found, there may be more
     */
    static KeysInTurn of(List<Place> places, List<List<Long>> lines, long last, int most) {
        if (lines.size() == 1) {
            List<Long> only = lines.getFirst();
            return new KeysInTurn(places, only.stream().map(List::of).toList(), only.size() >= most);
        }
        NavigableMap<Long, List<Long>> keys = new TreeMap<>();
        long known = Long.MAX_VALUE;
        for (List<Long> ofPlace : lines) {
            ofPlace.forEach(line -> keys.computeIfAbsent(rank(line, last), rank -> new ArrayList<>())
                    .add(line));
            if (ofPlace.size() >= most) {
                known = Math.min(known, rank(ofPlace.getLast(), last));
            }
        }
        return new KeysInTurn(places, List.copyOf(keys.headMap(known, true).values()), known != Long.MAX_VALUE);
    }

    private static long rank(long line, long last) {
        return Math.floorMod(Lines.keyOf(line) - last - 1, ALL);
    }

    /** After which of its lines a place goes on, as {@link WaitingLines#lines} has it. */
    static long lastLine(Place place, long last) {
        return last == START ? 0 : Lines.of(place.number(), last);
    }
}
