package dev.errand.store.sqlite;

import dev.errand.store.Claim;
import dev.errand.store.limits.Allotment;
import dev.errand.store.limits.Lines;
import dev.errand.store.limits.Place;
import dev.errand.store.limits.Rules;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Takes runs from the heads of lines under limits, in turns: each queue has its turn, or place outside of queues, and in each queue each key,
 * none being one of them. The lines of a key in one queue, one for each task, are one order. A key has had its turn once a run of it was taken,
 * or it was refused for its own sake; where the limits of all keys are used up nobody has lost a turn, and the next look goes on there. Nobody
 * else writes meanwhile, so that what is counted here is so until the claim is committed.
 */
final class LimitedHeads {
    /** So many keys of a queue are looked at in vain by one claim, and so many places; the next goes on with the others. */
    private static final int MOST_KEYS = 1_000;

    private static final int MOST_PLACES = 500;
    /** What is claimed at more places than these is counted by one look at all that limits count. */
    private static final int FEW_PLACES = 8;

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

    private static final String HELD = """
            select held, count(*) from live where held between ?1 and ?2 group by held
             union all
            select line, count(*) from lingering where line between ?1 and ?2 group by line
            """;

    private static final String ALL_HELD = """
            select held, count(*) from live where held is not null group by held
             union all
            select line, count(*) from lingering group by line
            """;

    private static final String RATE = "select due from rate where account = ?";
    private static final String SET_RATE =
            "insert into rate (account, due) values (?, ?) on conflict (account) do update set due = excluded.due";

    private LimitedHeads() {}

    /** @param known the places that may be looked at */
    static List<Claim> take(Tx tx, Set<Integer> known, int max) throws SQLException {
        Look look = new Look(tx, max);
        Set<Integer> seen = new HashSet<>();
        boolean more = true;
        while (more && look.left() > 0 && seen.size() < MOST_PLACES) {
            List<List<Integer>> next = tx.backlog()
                    .next(
                            look.left(),
                            place -> known.contains(place)
                                    && !seen.contains(place)
                                    && tx.backlog().isReady(place, tx.rules()),
                            tx.rules());
            for (int i = 0; i < next.size() && look.left() > 0; i++) {
                int share = Math.max(1, look.left() / (next.size() - i));
                look.takeAt(next.get(i), share);
            }
            next.forEach(seen::addAll);
            more = !next.isEmpty();
        }
        look.end();
        return look.claims;
    }

    /** Counts what is claimed wherever it counts for one of the places. */
    static Allotment allotment(Tx tx, Rules rules, Collection<Integer> places) throws SQLException {
        Counted counted = new Counted(tx, rules);
        for (int place : places) {
            counted.count(rules.place(place));
        }
        return counted.allotment;
    }

    static void loadRates(Tx tx, Rules rules, long line, Allotment allotment) throws SQLException {
        for (long account : Allotment.rateAccounts(rules, line)) {
            if (!allotment.knowsRate(account)) {
                allotment.rate(account, tx.sql(RATE).set(account).number());
            }
        }
    }

    /** What is claimed, as far as it was counted. */
    private static final class Counted {
        final Allotment allotment;
        private final Tx tx;
        private final Rules rules;
        private final Set<Integer> places = new HashSet<>();
        private boolean all;

        Counted(Tx tx, Rules rules) {
            this.tx = tx;
            this.rules = rules;
            this.allotment = new Allotment(rules, tx.now());
        }

        /** All that counts for the limits of a place. */
        void count(Place place) throws SQLException {
            Set<Integer> missing = new HashSet<>(rules.countedWith(place));
            missing.removeAll(places);
            if (all || missing.isEmpty()) {
                return;
            }
            if (places.size() + missing.size() > FEW_PLACES) {
                all = true;
                tx.sql(ALL_HELD).each(row -> {
                    if (!places.contains(Lines.place(row.getLong(1)))) {
                        allotment.use(row.getLong(1), row.getInt(2));
                    }
                });
                return;
            }
            for (int one : missing) {
                places.add(one);
                count(one, one);
                if (rules.place(one).keyed()) {
                    count(Lines.firstKey(one), Lines.lastKey(one));
                }
            }
        }

        private void count(long first, long last) throws SQLException {
            tx.sql(HELD).set(first).set(last).each(row -> allotment.use(row.getLong(1), row.getInt(2)));
        }
    }

    /** One look at the lines. */
    private static final class Look {
        final List<Claim> claims = new ArrayList<>();
        private final Tx tx;
        private final Rules rules;
        private final Counted counted;
        private final Allotment allotment;
        private final int max;
        private final long claim;
        private Map<Long, Heads.Placed> firsts = Map.of();

        Look(Tx tx, int max) {
            this.tx = tx;
            this.rules = tx.rules();
            this.counted = new Counted(tx, rules);
            this.allotment = counted.allotment;
            this.max = max;
            this.claim = tx.newClaim();
        }

        int left() {
            return max - claims.size();
        }

        void takeAt(List<Integer> places, int share) throws SQLException {
            List<Place> open = new ArrayList<>();
            for (int number : places) {
                if (tx.backlog().isReady(number, rules)) { // still, since this look began
                    Place place = rules.place(number);
                    counted.count(place);
                    loadRates(tx, rules, number, allotment);
                    open.add(place);
                }
            }
            if (!isAnyOpen(open)) {
                return;
            }
            int before = claims.size();
            Place any = open.getFirst();
            Round round = tx.backlog().round(any, rules);
            if (round.isResting()) {
                takeChanged(open, round, before + share);
            } else {
                takeInTurn(open, round, before + share);
            }
            if (claims.size() > before) {
                tx.backlog().served(any.number(), rules);
            }
        }

        /** Forgets those where nothing is let through. */
        private boolean isAnyOpen(List<Place> open) {
            open.removeIf(this::isClosed);
            return !open.isEmpty();
        }

        private boolean isClosed(Place place) {
            Allotment.Closed closed = allotment.closed(place);
            if (closed != null) {
                tx.backlog().close(closed);
            }
            return closed != null;
        }

        /** Of the keys that may have become possible. */
        private void takeChanged(List<Place> open, Round round, int end) throws SQLException {
            List<Long> changed = round.changed();
            for (int i = 0; i < changed.size() && claims.size() < end && isAnyOpen(open); i++) {
                long key = changed.get(i);
                int before = claims.size();
                round.settled(key);
                boolean more = take(open, key, Math.max(1, (end - before) / (changed.size() - i)), round);
                if (more && claims.size() > before) {
                    round.change(key);
                }
            }
        }

        private void takeInTurn(List<Place> open, Round round, int end) throws SQLException {
            int before = claims.size();
            int places = open.size();
            long begun = round.begun();
            boolean wrapped = round.isWrapped();
            boolean more = round.isRefused();
            boolean around = false;
            int seen = 0;
            while (!around && seen - (claims.size() - before) < MOST_KEYS && claims.size() < end) {
                List<Long> keys = keys(open, round.last(), wrapped ? begun : Long.MAX_VALUE, end - claims.size());
                firsts = firsts(open, keys, end - claims.size());
                for (int i = 0; i < keys.size() && claims.size() < end; i++) {
                    more |= take(open, keys.get(i), Math.max(1, (end - claims.size()) / (keys.size() - i)), round);
                    round.last(keys.get(i));
                    if (claims.size() > before && !isAnyOpen(open)) {
                        round.begin();
                        return;
                    }
                }
                seen += keys.size();
                around = keys.isEmpty() && wrapped;
                if (keys.isEmpty() && !wrapped) {
                    wrapped = true;
                    round.last(Round.START);
                }
            }
            if (around && !more && open.size() == places) {
                open.forEach(place -> tx.backlog().emptied(place.number()));
            } else if (claims.size() > before) {
                round.begin();
            } else {
                round.inVain(begun, wrapped, more);
                if (around) {
                    round.rest();
                }
            }
        }

        /** The next keys of which something waits; whether something does without one is not known. */
        private List<Long> keys(List<Place> open, long after, long to, int wanted) throws SQLException {
            SortedSet<Long> keys = new TreeSet<>();
            if (after < 0 && to >= 0) {
                keys.add(0L);
            }
            int most = Math.clamp(wanted, 4, MOST_KEYS) + 1;
            long known = Long.MAX_VALUE;
            for (Place place : open) {
                if (place.keyed()) {
                    long first = Lines.firstKey(place.number());
                    List<Long> ofPlace = tx.sql(KEYS)
                            .set(first + Math.max(after, 0))
                            .set(to == Long.MAX_VALUE ? Lines.lastKey(place.number()) : first + Math.max(to, 0))
                            .set((long) most)
                            .list(row -> Lines.keyOf(row.getLong(1)));
                    keys.addAll(ofPlace);
                    known = ofPlace.size() < most ? known : Math.min(known, ofPlace.getLast());
                }
            }
            long last = known; // beyond it, one of them may have more
            return keys.stream().filter(key -> key <= last).toList();
        }

        /** Where each key is to have one run at most: the first of as many as are wanted, in one look. By their lines. */
        private Map<Long, Heads.Placed> firsts(List<Place> open, List<Long> keys, int wanted) throws SQLException {
            List<Long> lines = new ArrayList<>();
            if (open.size() == 1 && keys.size() >= wanted) {
                for (int i = 0; i < keys.size() && lines.size() < wanted; i++) {
                    long line = Lines.of(open.getFirst().number(), keys.get(i));
                    loadRates(tx, rules, line, allotment);
                    if (may(line, 1) > 0) {
                        lines.add(line);
                    }
                }
            }
            return lines.isEmpty() ? Map.of() : Heads.readFirsts(tx, lines, claim);
        }

        /** Answers whether there may be more of the key, now or once it is let through. */
        private boolean take(List<Place> open, long key, int wanted, Round round) throws SQLException {
            return open.size() == 1
                    ? takeOfLine(Lines.of(open.getFirst().number(), key), wanted, round)
                    : takeFirst(open, key, wanted, round);
        }

        private int may(long line, int wanted) {
            return allotment.starts(line, allotment.permits(line, wanted));
        }

        /** Of the lines of the key together the first. What a limit of its task does not let through keeps the others not waiting. */
        private boolean takeFirst(List<Place> open, long key, int wanted, Round round) throws SQLException {
            List<Merged.Head> heads = new ArrayList<>();
            boolean full = false;
            long opens = Long.MAX_VALUE;
            boolean refused = false;
            for (Place place : open) {
                long line = Lines.of(place.number(), key);
                loadRates(tx, rules, line, allotment);
                int may = may(line, wanted);
                List<Merged.Head> ofLine = may > 0 ? Merged.of(tx, line, may) : List.of();
                heads.addAll(ofLine);
                full |= may > 0 && ofLine.size() == may;
                refused |= may <= 0;
                opens = may > 0 ? opens : Math.min(opens, allotment.opens(line));
            }
            if (refused) {
                round.refused(key, opens);
            }
            Map<Long, Integer> first = Merged.first(heads, wanted, this::takeOne);
            List<Heads.Placed> taken = new ArrayList<>();
            for (var line : first.entrySet()) {
                taken.addAll(Heads.read(tx, line.getKey(), line.getValue(), claim));
            }
            taken.stream().sorted(Heads.Placed.IN_ORDER).forEach(placed -> claims.add(placed.claim()));
            return refused || full || taken.size() < heads.size();
        }

        private boolean takeOne(long line) {
            boolean may = may(line, 1) > 0;
            if (may) {
                allotment.take(line, 1, 1);
            }
            return may;
        }

        private boolean takeOfLine(long line, int wanted, Round round) throws SQLException {
            loadRates(tx, rules, line, allotment);
            int may = may(line, wanted);
            if (may <= 0) {
                round.refused(Lines.keyOf(line), allotment.opens(line));
                return true;
            }
            Heads.Placed first = may == 1 ? firsts.get(line) : null;
            List<Heads.Placed> taken = // no line is looked at twice
                    first == null ? Heads.read(tx, line, may, claim) : List.of(first);
            allotment.take(line, taken.size(), taken.size());
            taken.forEach(placed -> claims.add(placed.claim()));
            return taken.size() == may;
        }

        void end() throws SQLException {
            Heads.markWithSteps(tx, claims);
            Heads.hold(tx, claims, claim);
            for (var rate : allotment.changedRates().entrySet()) {
                tx.sql(SET_RATE).set(rate.getKey()).set(rate.getValue()).update();
            }
            if (allotment.next() != Long.MAX_VALUE) {
                tx.callKeeper();
            }
        }
    }
}
