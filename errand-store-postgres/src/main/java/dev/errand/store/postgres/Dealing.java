package dev.errand.store.postgres;

import dev.errand.store.limits.Allotment;
import dev.errand.store.limits.Lines;
import dev.errand.store.limits.Place;
import dev.errand.store.limits.Rules;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Deals out to the lines of the keys whose turn it is what their limits leave. Where a key has several lines in a queue, one for each of its
 * tasks, each gets what it has among the first runs of all, stretch by stretch.
 */
final class Dealing {
    /** What was dealt out to a line; those of one key in one queue have one number. */
    static final class Deal {
        final long line;
        final long share;
        final Marking marking;
        final int key;
        int runs;
        int permits;

        private Deal(long line, long share, Marking marking, int key) {
            this.line = line;
            this.share = share;
            this.marking = marking;
            this.key = key;
        }

        /** For the row. */
        @Nullable
        Long markedShare() {
            return marking == Marking.BY_SHARE ? (Long) share : null;
        }

        @Nullable
        Long markedPermits() {
            return marking == Marking.NONE ? null : (Long) (long) permits;
        }
    }

    /**
     * What is known of who waits.
     *
     * @param heads how many runs wait in each line that is the only one of its key
     * @param first the chunks that wait in all others, in the order of their positions
     */
    record Waiting(Map<Long, Integer> heads, List<WaitingLines.Head> first) {}

    /** Runs of one line that come one after the other. */
    private record Stretch(long line, int runs, boolean isLastSeen) {
        Stretch and(WaitingLines.Head head) {
            return new Stretch(line, runs + head.runs(), head.isLastSeen());
        }
    }

    private final Rules rules;
    private final Pace pace;
    private final Allotment allotment;
    private final Map<Long, Integer> heads;
    /** Of each key in one queue. */
    private final Map<Long, List<WaitingLines.Head>> first = new HashMap<>();
    /** Of each place. */
    private final Map<Integer, Marking> markings = new HashMap<>();

    private final int slots;
    private final LongSupplier shares;
    private final List<Deal> deals = new ArrayList<>();
    private int keys;

    /** @param shares has a new number for each deal */
    Dealing(Rules rules, Pace pace, Allotment allotment, Waiting waiting, int slots, LongSupplier shares) {
        this.rules = rules;
        this.pace = pace;
        this.allotment = allotment;
        this.heads = waiting.heads();
        waiting.first()
                .forEach(head -> first.computeIfAbsent(keyInQueue(head.line()), key -> new ArrayList<>())
                        .add(head));
        this.slots = slots;
        this.shares = shares;
    }

    List<Deal> deals() {
        return deals;
    }

    /**
     * Deals out at most so many runs, for as long as a limit that the keys share leaves anything.
     *
     * @param to told of each key's turn, by one of its lines
     * @return how many runs
     */
    int deal(KeysInTurn turn, int share, LongConsumer to) {
        int left = share;
        List<List<Long>> all = turn.keys();
        for (int i = 0; i < all.size() && left > 0 && isAnyOpen(turn.places()); i++) {
            int each = turn.isPart() ? 1 : left / (all.size() - i); // else there are others besides
            left -= dealTo(all.get(i), Math.max(1, each), left);
            to.accept(all.get(i).getFirst());
        }
        return share - left;
    }

    private boolean isAnyOpen(List<Place> places) {
        return places.stream().anyMatch(place -> allotment.closed(place) == null);
    }

    /** To a key: answers how many runs. */
    private int dealTo(List<Long> lines, int each, int left) {
        Map<Long, Deal> ofKey = new LinkedHashMap<>();
        Set<Long> refused = new HashSet<>();
        int dealt = 0;
        for (Stretch stretch : stretches(lines)) {
            if (!refused.contains(stretch.line())) {
                int fair = Math.max(fair(stretch.line(), each, left) - dealt, 0);
                int runs = dealTo(stretch, fair, ofKey);
                dealt += runs;
                if (runs == fair || (runs < stretch.runs() && !isLimitedByTask(stretch.line()))) {
                    break; // whoever comes after it has to wait, too
                }
                if (runs < stretch.runs()) {
                    refused.add(stretch.line());
                }
            }
            if (stretch.isLastSeen() && !refused.contains(stretch.line())) {
                break; // its next may be the next of all
            }
        }
        deals.addAll(ofKey.values());
        keys++;
        return dealt;
    }

    private int fair(long line, int each, int left) {
        int ahead = Math.min(pace.perPermit(Lines.place(line)), WaitingLines.MOST_OF_KEY);
        return Math.min(Math.max(each, ahead), left);
    }

    private int dealTo(Stretch stretch, int fair, Map<Long, Deal> ofKey) {
        long line = stretch.line();
        int wanted = Math.min(fair, stretch.runs());
        Marking marking = markings.computeIfAbsent(Lines.place(line), place -> Marking.of(rules, rules.place(place)));
        int permits = marking != Marking.NONE ? allotment.permits(line, Math.min(wanted, slots)) : wanted;
        long ahead = (long) permits * pace.perPermit(Lines.place(line));
        int runs = allotment.starts(line, (int) Math.min(wanted, ahead));
        if (runs <= 0) {
            return 0;
        }
        int used = Math.min(permits, runs);
        allotment.take(line, runs, used);
        Deal deal = ofKey.computeIfAbsent(line, of -> new Deal(of, shares.getAsLong(), marking, keys));
        deal.runs += runs;
        deal.permits += used;
        return runs;
    }

    /** Whether others of its queue may be let through where it is not: not if it got no more since this node executes no more at a time. */
    private boolean isLimitedByTask(long line) {
        return Math.min(allotment.permits(line, 1), allotment.starts(line, 1)) <= 0
                && rules.scopesOf(rules.place(Lines.place(line))).stream()
                        .anyMatch(scope -> scope.isOfTask() && scope.limitsStarts());
    }

    private long keyInQueue(long line) {
        return Lines.of(rules.place(Lines.place(line)).turn(), Lines.keyOf(line));
    }

    private List<Stretch> stretches(List<Long> lines) {
        long line = lines.getFirst();
        if (lines.size() == 1) {
            return List.of(new Stretch(line, heads.getOrDefault(line, 0), true));
        }
        List<Stretch> stretches = new ArrayList<>();
        for (WaitingLines.Head head : first.getOrDefault(keyInQueue(line), List.of())) {
            boolean goesOn = !stretches.isEmpty() && stretches.getLast().line() == head.line();
            stretches.add(
                    goesOn
                            ? stretches.removeLast().and(head)
                            : new Stretch(head.line(), head.runs(), head.isLastSeen()));
        }
        return stretches;
    }
}
