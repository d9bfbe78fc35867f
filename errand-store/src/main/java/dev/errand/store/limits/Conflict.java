package dev.errand.store.limits;

import dev.errand.OnConflict;
import java.util.ArrayList;
import java.util.List;

/**
 * A concurrency limit for which new runs do not wait: if as many are running or queued, the new one or another ends.
 *
 * @param scope the limit's queue or task
 * @param limit how many may run
 * @param account the same for all runs that count together, and hardly ever for others
 * @param ranges the lines of those runs: from the first to the last of each, both included
 */
public record Conflict(Scope scope, int limit, int account, List<Range> ranges) {
    /** Lines beside each other. */
    public record Range(long first, long last) {}

    static Conflict ofAll(Scope scope, int limit, List<Place> places) {
        List<Range> ranges = new ArrayList<>();
        for (Place place : places) {
            ranges.add(new Range(place.number(), place.number()));
            ranges.add(new Range(Lines.firstKey(place.number()), Lines.lastKey(place.number())));
        }
        return new Conflict(scope, limit, scope.number(), ranges);
    }

    static Conflict ofKey(Scope scope, int limit, List<Place> places, long key) {
        List<Range> ranges = places.stream()
                .map(place -> Lines.of(place.number(), key))
                .map(line -> new Range(line, line))
                .toList();
        return new Conflict(scope, limit, 31 * scope.number() + Long.hashCode(key), ranges);
    }

    public OnConflict policy() {
        return scope.limits().onConflict();
    }

    /** Whether the runs of a line count for it. */
    public boolean counts(long line) {
        return ranges.stream().anyMatch(range -> range.first() <= line && line <= range.last());
    }

    /** Why a run ended that was dropped. */
    public String dropped() {
        return "dropped: as many runs of %s are running or queued as its limit of %d allows"
                .formatted(scope.name(), limit);
    }

    /** Why a run ended whose place another took. */
    public String replaced(Object by) {
        return "replaced by %s: the limit of %s is %d".formatted(by, scope.name(), limit);
    }
}
