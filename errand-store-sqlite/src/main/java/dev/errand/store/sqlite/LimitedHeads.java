package dev.errand.store.sqlite;

import dev.errand.store.Claim;
import dev.errand.store.limits.Allotment;
import dev.errand.store.limits.Lines;
import dev.errand.store.limits.Place;
import dev.errand.store.limits.Rules;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Takes runs from the heads of lines under limits, in turns: each place has its turn, and at each place each key. Nobody else writes
 * meanwhile, so that what is counted here is so until the claim is committed.
 */
final class LimitedHeads {
    /** So many keys are looked at for one claim; if none of them may start, others are looked at a little later. */
    private static final int MOST_KEYS = 4_000;

    private static final long LATER = 5_000;

    private static final String KEYS = """
            with recursive keys(line) as (
                select min(line) from live where state = 1 and claim is null and line > ?1 and line <= ?2
                union all
                select (select min(line) from live where state = 1 and claim is null and line > keys.line and line <= ?2)
                  from keys
                 where keys.line is not null
                 limit ?3)
            select line from keys where line is not null
            """;

    private static final String HELD =
            "select held, count(*) from live where held = ?1 or held between ?2 and ?3 group by held";

    private static final String RATE = "select due from rate where account = ?";
    private static final String SET_RATE =
            "insert into rate (account, due) values (?, ?) on conflict (account) do update set due = excluded.due";

    private final Map<Integer, Long> lastKeys = new HashMap<>();
    private int lastPlace;

    List<Claim> take(Tx tx, List<Integer> places, int max) throws SQLException {
        Rules rules = tx.rules();
        Allotment allotment = allotment(tx, rules, places);
        List<Claim> claims = new ArrayList<>();
        long claim = tx.newClaim();
        List<Integer> inTurn = inTurn(places);
        for (int i = 0; i < inTurn.size() && claims.size() < max; i++) {
            int share = Math.max(1, (max - claims.size()) / (inTurn.size() - i));
            takeAt(tx, rules.place(inTurn.get(i)), share, claim, allotment, claims);
            lastPlace = inTurn.get(i);
        }
        for (var rate : allotment.changedRates().entrySet()) {
            tx.sql(SET_RATE).set(rate.getKey()).set(rate.getValue()).update();
        }
        if (allotment.next() != Long.MAX_VALUE) {
            tx.backlog().lookAt(allotment.next());
            tx.callKeeper();
        }
        return claims;
    }

    private List<Integer> inTurn(List<Integer> places) {
        List<Integer> inTurn = new ArrayList<>();
        places.stream().filter(place -> place > lastPlace).forEach(inTurn::add);
        places.stream().filter(place -> place <= lastPlace).forEach(inTurn::add);
        return inTurn;
    }

    /** Counts what is claimed wherever it counts for one of the places. */
    static Allotment allotment(Tx tx, Rules rules, List<Integer> places) throws SQLException {
        Allotment allotment = new Allotment(rules, tx.now());
        Set<Integer> counted = new HashSet<>();
        for (int place : places) {
            for (int one : rules.countedWith(rules.place(place))) {
                if (counted.add(one)) {
                    tx.sql(HELD)
                            .set((long) one)
                            .set(Lines.firstKey(one))
                            .set(Lines.lastKey(one))
                            .each(row -> allotment.use(row.getLong(1), row.getInt(2)));
                }
            }
        }
        return allotment;
    }

    static void loadRates(Tx tx, Rules rules, long line, Allotment allotment) throws SQLException {
        for (long account : Allotment.rateAccounts(rules, line)) {
            if (!allotment.knowsRate(account)) {
                allotment.rate(account, tx.sql(RATE).set(account).number());
            }
        }
    }

    /** A place at its turn: what was found there so far. */
    private static final class Turn {
        final Place place;
        final int end;
        boolean any;
        boolean refused;

        Turn(Place place, int end) {
            this.place = place;
            this.end = end;
        }
    }

    private void takeAt(Tx tx, Place place, int share, long claim, Allotment allotment, List<Claim> claims)
            throws SQLException {
        if (tx.rules().isShut(place)) {
            tx.backlog().block(place.number());
            return;
        }
        Turn turn = new Turn(place, claims.size() + share);
        takeFrom(tx, place.number(), share, claim, allotment, claims, turn);
        boolean all = !place.keyed() || takeFromKeys(tx, turn, claim, allotment, claims);
        if (turn.refused && !turn.any) {
            tx.backlog().block(place.number());
        } else if (all && !turn.refused && claims.size() < turn.end) {
            tx.backlog().emptied(place.number());
        }
        if (!all && !turn.any) {
            tx.backlog().lookAt(tx.now() + LATER);
            tx.callKeeper();
        }
    }

    /** Answers whether all keys had their turn. */
    private boolean takeFromKeys(Tx tx, Turn turn, long claim, Allotment allotment, List<Claim> claims)
            throws SQLException {
        int place = turn.place.number();
        long first = Lines.firstKey(place);
        long start = Math.max(first, lastKeys.getOrDefault(place, first));
        long after = start;
        long to = Lines.lastKey(place);
        int seen = 0;
        while (claims.size() < turn.end && seen < MOST_KEYS) {
            int wanted = turn.end - claims.size();
            List<Long> lines = tx.sql(KEYS)
                    .set(after)
                    .set(to)
                    .set((long) Math.clamp(wanted, 16, 1_000) + 1)
                    .list(row -> row.getLong(1));
            for (int i = 0; i < lines.size() && claims.size() < turn.end; i++) {
                int ofLine = Math.max(1, (turn.end - claims.size()) / (lines.size() - i));
                takeFrom(tx, lines.get(i), ofLine, claim, allotment, claims, turn);
                after = lines.get(i);
                lastKeys.put(place, after);
            }
            seen += lines.size();
            if (lines.isEmpty() && to == start) {
                return true;
            }
            if (lines.isEmpty()) {
                after = first;
                to = start;
            }
        }
        return false;
    }

    private static void takeFrom(
            Tx tx, long line, int wanted, long claim, Allotment allotment, List<Claim> claims, Turn turn)
            throws SQLException {
        loadRates(tx, tx.rules(), line, allotment);
        int may = allotment.starts(line, allotment.permits(line, wanted));
        if (may == 0) {
            turn.refused = true;
            return;
        }
        List<Heads.Placed> taken = Heads.takeFrom(tx, line, may, claim, true);
        allotment.take(line, taken.size(), taken.size());
        taken.forEach(placed -> claims.add(placed.claim()));
        turn.any |= !taken.isEmpty();
        turn.refused |= may < wanted && taken.size() == may;
    }
}
