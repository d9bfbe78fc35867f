package dev.errand.store.sqlite;

import dev.errand.store.limits.Allotment;
import dev.errand.store.limits.Lines;
import dev.errand.store.limits.Place;
import dev.errand.store.limits.Rules;
import dev.errand.store.limits.Scope;
import dev.errand.store.limits.Turns;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntPredicate;

/**
 * At which places runs may be claimable: at least all where some are. So runs of tasks that no node here knows cost a claim nothing,
 * however many there are, and a claim with nothing to find is not even tried. Nor is one at a place whose limits let nothing through,
 * until something has changed: a permit is free, its time has come, the limits are others, or there is a run of another key.
 */
final class Backlog {
    /** Skips from place to place in the index of what is claimable. */
    private static final String SCAN = """
            with recursive waiting(line) as (
                select min(line) from live where state = 1 and claim is null
                union all
                select (select min(line) from live where state = 1 and claim is null
                           and line > max(waiting.line, case when waiting.line >= 1 << 40 then waiting.line | ((1 << 40) - 1) else 0 end))
                  from waiting
                 where waiting.line is not null
            )
            select line from waiting where line is not null
            """;

    private final Turns turns = new Turns();
    private final Set<Integer> places = new HashSet<>();
    private final Map<Integer, Round> rounds = new HashMap<>();
    /** Queues and tasks whose limits let nothing through, and until when. */
    private final Map<Integer, Long> closed = new HashMap<>();
    /** Counts what makes something possible, so that nobody looks twice in vain. */
    private long changes;

    void load(Database database) throws SQLException {
        turns.clear();
        places.clear();
        unblock();
        database.sql(SCAN).each(row -> addPlace(Lines.place(row.getLong(1))));
    }

    private void addPlace(int place) {
        if (places.add(place)) {
            turns.add(place);
        }
    }

    /** A run in this line may have become claimable. */
    void add(long line) {
        changes++;
        addPlace(Lines.place(line));
        Round round = rounds.get(Lines.place(line));
        if (round != null) {
            round.change(Lines.keyOf(line));
        }
    }

    /** All claimable runs of this place were taken. */
    void emptied(int place) {
        places.remove(place);
        turns.remove(place);
        Round round = rounds.get(place);
        if (round != null) {
            round.begin();
        }
    }

    /** It had its turn, and with it all that is one order with it. */
    void served(int place, Rules rules) {
        rules.together(rules.place(place)).forEach(one -> turns.served(one.number()));
    }

    /** The limits let nothing through there. */
    void close(Allotment.Closed by) {
        closed.put(by.scope().number(), by.until());
    }

    /** Where the turn is among the keys of a place, and of all that are one order with it. */
    Round round(Place place, Rules rules) {
        List<Place> all = rules.together(place);
        Round round = null;
        boolean anyNew = false;
        for (Place one : all) {
            Round known = rounds.get(one.number());
            anyNew |= known == null;
            round = known == null ? round : known;
        }
        if (round == null) {
            round = new Round();
        } else if (anyNew) {
            round.begin();
        }
        if (anyNew) {
            for (Place one : all) {
                rounds.put(one.number(), round);
            }
        }
        return round;
    }

    /** A run of this line that limits counted is claimed no more. */
    void freed(long line, Rules rules) {
        if (closed.isEmpty() && rounds.isEmpty()) {
            return;
        }
        changes++;
        for (Scope scope : rules.scopesOf(rules.place(Lines.place(line)))) {
            if (closed.remove(scope.number()) != null) {
                reopened(scope, rules);
            }
            if (scope.limits().concurrencyPerKey() != null) {
                for (Place place : rules.placesOf(scope)) {
                    Round round = rounds.get(place.number());
                    if (round != null) {
                        round.change(Lines.keyOf(line));
                    }
                }
            }
        }
    }

    /** While it let nothing through, others of its queues were looked at without it, and what was found holds for them only. */
    private void reopened(Scope scope, Rules rules) {
        if (scope.isOfTask()) {
            for (Place place : rules.placesOf(scope)) {
                Round round = rounds.get(place.number());
                if (round != null && rules.together(place).size() > 1) {
                    round.begin();
                }
            }
        }
    }

    /** When a rate lets something through, in microseconds, if nothing else does before; the greatest number if none does. */
    long lookAt() {
        long next = Long.MAX_VALUE;
        for (long until : closed.values()) {
            next = Math.min(next, until);
        }
        for (Round round : rounds.values()) {
            next = Math.min(next, round.lookAt());
        }
        return next;
    }

    /** What rates let through by now that they did not before. */
    void wake(long now, Rules rules) {
        changes++;
        List<Integer> opened = closed.keySet().stream()
                .filter(scope -> closed.getOrDefault(scope, now) <= now)
                .toList();
        for (int number : opened) {
            closed.remove(number);
            Scope scope = rules.find(number);
            if (scope != null) {
                reopened(scope, rules);
            }
        }
        rounds.values().forEach(round -> round.wake(now));
    }

    /** The limits may let something through that they did not before. */
    void unblock() {
        changes++;
        closed.clear();
        rounds.values().forEach(Round::begin);
    }

    /** The same as long as nothing new is possible. */
    long changes() {
        return changes;
    }

    /** Whether a look there may find something. */
    boolean isReady(int place, Rules rules) {
        if (rules.isPlain(place)) {
            return true;
        }
        Round round = rounds.get(place);
        if (round != null && round.isIdle()) {
            return false;
        }
        if (closed.isEmpty()) {
            return true;
        }
        for (Scope scope : rules.scopesOf(rules.place(place))) {
            if (closed.containsKey(scope.number())) {
                return false;
            }
        }
        return true;
    }

    boolean has(int place) {
        return places.contains(place);
    }

    boolean hasAny(IntPredicate which) {
        return turns.any(which);
    }

    List<Integer> all() {
        return List.copyOf(places);
    }

    /** Those that may have some, in the order of their turns: so many queues, of each those that are one order, and places outside of queues. */
    List<List<Integer>> next(int most, IntPredicate which, Rules rules) {
        Map<Integer, List<Integer>> queues = new LinkedHashMap<>();
        Iterator<Integer> inTurn = turns.inTurn().filter(which::test).iterator();
        while (inTurn.hasNext() && queues.size() < most) {
            Place place = rules.place(inTurn.next());
            queues.computeIfAbsent(place.turn(), turn -> together(place, which, rules));
        }
        return List.copyOf(queues.values());
    }

    private List<Integer> together(Place place, IntPredicate which, Rules rules) {
        return rules.together(place).stream()
                .map(Place::number)
                .filter(number -> places.contains(number) && which.test(number))
                .toList();
    }
}
