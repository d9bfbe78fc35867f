package dev.errand.store.limits;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.IntPredicate;
import java.util.stream.Stream;

/**
 * Whose turn it is among places where something waits: first comes whoever was served longest ago. So none is served twice while another
 * waits that could have been, in whatever order they are asked, and however few are served at a time.
 */
public final class Turns {
    private record Turn(long served, int place) implements Comparable<Turn> {
        @Override
        public int compareTo(Turn other) {
            int order = Long.compare(served, other.served);
            return order == 0 ? Integer.compare(place, other.place) : order;
        }
    }

    private final TreeSet<Turn> waiting = new TreeSet<>();
    /** When each was served last, by a count of ours; also of those where nothing waits at present. */
    private final Map<Integer, Long> served = new HashMap<>();

    private long last;

    /** Something waits there. */
    public void add(int place) {
        waiting.add(turn(place));
    }

    /** Nothing waits there. */
    public void remove(int place) {
        waiting.remove(turn(place));
    }

    /** Nothing waits anywhere. */
    public void clear() {
        waiting.clear();
    }

    /** Whether something waits there. */
    public boolean contains(int place) {
        return waiting.contains(turn(place));
    }

    /** It had its turn. */
    public void served(int place) {
        boolean waits = waiting.remove(turn(place));
        served.put(place, ++last);
        if (waits) {
            add(place);
        }
    }

    /** The next at most so many where something waits, in their order. */
    public List<Integer> next(int most, IntPredicate which) {
        List<Integer> next = new ArrayList<>();
        for (Turn turn : waiting) {
            if (next.size() == most) {
                break;
            }
            if (which.test(turn.place())) {
                next.add(turn.place());
            }
        }
        return next;
    }

    /** All where something waits, in their order, looked up as far as somebody reads. Nobody is served meanwhile. */
    public Stream<Integer> inTurn() {
        return waiting.stream().map(Turn::place);
    }

    /** Whether something waits at such a place. */
    public boolean any(IntPredicate which) {
        return !next(1, which).isEmpty();
    }

    private Turn turn(int place) {
        return new Turn(served.getOrDefault(place, 0L), place);
    }
}
