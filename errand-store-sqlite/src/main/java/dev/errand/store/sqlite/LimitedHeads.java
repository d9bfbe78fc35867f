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
import java.util.Set;

/**
 * Takes runs from the heads of lines under limits, in turns: each place has its turn, and at each place each line, the one without a key
 * like those with keys. A line has had its turn once a run was taken from it, or it was refused for the sake of its own key; where the
 * limits of all keys are used up nobody has lost a turn, and the next look goes on there. Nobody else writes meanwhile, so that what
 * is counted here is so until the claim is committed.
 */
final class LimitedHeads {
    /** So many lines of a place are looked at in vain by one claim, and so many places; the next goes on with the others. */
    private static final int MOST_LINES = 1_000;

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
            List<Integer> next = tx.backlog()
                    .next(
                            look.left(),
                            place -> known.contains(place)
                                    && !seen.contains(place)
                                    && tx.backlog().isReady(place, tx.rules()));
            for (int i = 0; i < next.size() && look.left() > 0; i++) {
                int share = Math.max(1, look.left() / (next.size() - i));
                look.takeAt(tx.rules().place(next.get(i)), share);
            }
            seen.addAll(next);
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

        void takeAt(Place place, int share) throws SQLException {
            if (!tx.backlog().isReady(place.number(), rules)) {
                return; // since this look began
            }
            counted.count(place);
            loadRates(tx, rules, place.number(), allotment);
            if (isClosed(place)) {
                return;
            }
            int before = claims.size();
            Round round = tx.backlog().round(place.number());
            if (round.isResting()) {
                takeChanged(place, round, before + share);
            } else {
                takeInTurn(place, round, before + share);
            }
            if (claims.size() > before) {
                tx.backlog().served(place.number());
            }
        }

        private boolean isClosed(Place place) {
            Allotment.Closed closed = allotment.closed(place);
            if (closed != null) {
                tx.backlog().close(closed);
            }
            return closed != null;
        }

        /** Of the lines that may have become possible. */
        private void takeChanged(Place place, Round round, int end) throws SQLException {
            List<Long> changed = round.changed();
            for (int i = 0; i < changed.size() && claims.size() < end && !isClosed(place); i++) {
                long line = changed.get(i);
                int before = claims.size();
                round.settled(line);
                boolean more = take(line, Math.max(1, (end - before) / (changed.size() - i)), round);
                if (more && claims.size() > before) {
                    round.change(line);
                }
            }
        }

        private void takeInTurn(Place place, Round round, int end) throws SQLException {
            int before = claims.size();
            long begun = round.begun();
            boolean wrapped = round.isWrapped();
            boolean more = round.isRefused();
            boolean around = false;
            int seen = 0;
            while (!around && seen - (claims.size() - before) < MOST_LINES && claims.size() < end) {
                List<Long> lines = lines(place, round.last(), wrapped ? begun : Long.MAX_VALUE, end - claims.size());
                for (int i = 0; i < lines.size() && claims.size() < end; i++) {
                    more |= take(lines.get(i), Math.max(1, (end - claims.size()) / (lines.size() - i)), round);
                    round.last(lines.get(i));
                    if (claims.size() > before && isClosed(place)) {
                        round.begin();
                        return;
                    }
                }
                seen += lines.size();
                around = lines.isEmpty() && wrapped;
                if (lines.isEmpty() && !wrapped) {
                    wrapped = true;
                    round.last(0);
                }
            }
            if (around && !more) {
                tx.backlog().emptied(place.number());
            } else if (claims.size() > before) {
                round.begin();
            } else {
                round.inVain(begun, wrapped, more);
                if (around) {
                    round.rest();
                }
            }
        }

        /** The next lines where something waits; of the one without a key that is not known. */
        private List<Long> lines(Place place, long after, long to, int wanted) throws SQLException {
            List<Long> lines = new ArrayList<>();
            if (after < place.number() && place.number() <= to) {
                lines.add((long) place.number());
            }
            if (place.keyed()) {
                lines.addAll(tx.sql(KEYS)
                        .set(Math.max(after, Lines.firstKey(place.number())))
                        .set(Math.min(to, Lines.lastKey(place.number())))
                        .set((long) Math.clamp(wanted, 4, MOST_LINES) + 1)
                        .list(row -> row.getLong(1)));
            }
            return lines;
        }

        /** Answers whether the line may have more, now or once its key is let through. */
        private boolean take(long line, int wanted, Round round) throws SQLException {
            loadRates(tx, rules, line, allotment);
            int may = allotment.starts(line, allotment.permits(line, wanted));
            if (may <= 0) {
                round.refused(line, allotment.opens(line));
                return true;
            }
            List<Heads.Placed> taken = Heads.read(tx, line, may, claim); // no line is looked at twice
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
