package dev.errand.store.postgres;

import dev.errand.store.limits.Place;
import dev.errand.store.limits.Rules;
import dev.errand.store.limits.Scope;
import java.util.List;

/** How the row of a claimed chunk says that limits count it. */
enum Marking {
    /** It does not: there are no such limits. */
    NONE,
    /**
     * By its place: it lies before the front of its line. Its claim touches no index, but whoever counts has to look through the line. So
     * only where nothing is counted but keys, and of each one run executes at a time: then a line's claims are one share, and need no name.
     */
    BY_LINE,
    /** It is in an index, by its share. */
    BY_SHARE;

    static Marking of(Rules rules, Place place) {
        if (rules.countedWith(place).isEmpty()) {
            return NONE;
        }
        List<Scope> counted = rules.scopesOf(place).stream()
                .filter(scope ->
                        scope.limits().concurrency() != null || scope.limits().concurrencyPerKey() != null)
                .toList();
        return counted.stream().allMatch(scope -> rules.countsByKey(scope) && isOne(scope)) ? BY_LINE : BY_SHARE;
    }

    private static boolean isOne(Scope scope) {
        Integer limit = scope.limits().concurrencyPerKey();
        return limit != null && limit == 1;
    }
}
