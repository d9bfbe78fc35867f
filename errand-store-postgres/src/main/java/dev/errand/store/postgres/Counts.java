package dev.errand.store.postgres;

import dev.errand.store.limits.Allotment;
import dev.errand.store.limits.Lines;
import dev.errand.store.limits.Place;
import dev.errand.store.limits.Rules;
import dev.errand.store.limits.Scope;
import dev.errand.store.sql.Sql;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * What counts for limits, and the accounts of rates. A share counts what it may execute, but never more than runs are left of it; what
 * ended is gone from its table, so that nothing has to be counted down, and nothing is left over when a node dies.
 */
final class Counts {
    private static final String HELD = """
            select held, sum(permits)
              from (select k.held, least(max(k.permits), sum(k.runs)) as permits
                      from unnest(?::bigint[], ?::bigint[]) u(first, last)
                     cross join lateral (
                         select held, share, permits, runs
                           from errand.chunk
                          where held + 0 between u.first and u.last and share is not null and claim <> 0
                         offset 0) k
                     group by k.held, k.share
                     union all
                    select f.line, least(max(k.permits), sum(k.runs))
                      from unnest(?::bigint[], ?::bigint[]) u(first, last)
                     cross join lateral (select line, position from errand.key_front where line between u.first and u.last offset 0) f
                     cross join lateral (<before>) k
                     group by f.line
                     union all
                    <lingering>) s
             group by held
            """.replace("<before>", KeyFronts.BEFORE).replace("<lingering>", Lingering.HELD);

    /** The same of all places. */
    private static final String ALL_HELD =
            """
            select held, sum(permits)
              from (select held, least(max(permits), sum(runs)) as permits
                      from errand.chunk
                     where held + 0 > 0 and share is not null and claim <> 0
                     group by held, share
                     union all
                    select f.line, least(max(k.permits), sum(k.runs))
                      from errand.key_front f
                     cross join lateral (<before>) k
                     group by f.line
                     union all
                    <lingering>) s
             group by held
            """.replace("<before>", KeyFronts.BEFORE).replace("<lingering>", Lingering.HELD);

    /** The same of single lines; before {@link #IN_PLACE}. */
    private static final String HELD_IN_LINES = """
            select line, sum(permits)
              from (select u.line, least(max(k.permits), sum(k.runs)) as permits
                      from unnest(?::bigint[]) u(line)
                     cross join lateral (
                         select share, permits, runs
                           from errand.chunk
                          where held + 0 = u.line and share is not null and claim <> 0
                         offset 0) k
                     group by u.line, k.share) s
             group by line
            """;

    /**
     * What is counted besides, and what lingers in whatever line. After the statement above: what was counted there may have ended since,
     * and linger now.
     */
    private static final String IN_PLACE =
            KeyFronts.USED + " union all select held, permits from (" + Lingering.HELD + ") l";

    /** What is claimed at more places than these is counted by one look at all that limits count. */
    private static final int FEW_PLACES = 100;

    private static final String RATES = "select account, due from errand.rate where account = any(?::bigint[])";

    private static final String SET_RATES = """
            insert into errand.rate (account, due)
            select * from unnest(?::bigint[], ?::bigint[])
                on conflict (account) do update set due = excluded.due
            """;

    private Counts() {}

    /**
     * Of all that counts for limits of these places, and the rates that hold there whatever the key. What counts for single keys only is
     * added by {@link #addLines}, for the lines that are to be dealt to.
     */
    static Allotment allotment(Database database, Rules rules, long now, Collection<Place> places) throws SQLException {
        Allotment allotment = new Allotment(rules, now);
        Predicate<Scope> asAWhole = scope -> !rules.countsByKey(scope);
        Set<Integer> counted = new HashSet<>();
        places.forEach(place -> counted.addAll(rules.countedWith(place, asAWhole)));
        if (counted.size() > FEW_PLACES) {
            database.sql(ALL_HELD).each(row -> {
                if (counted.contains(Lines.place(row.getLong(1)))) {
                    allotment.use(row.getLong(1), row.getInt(2), asAWhole);
                }
            });
        } else if (!counted.isEmpty()) {
            count(database, counted, row -> {
                if (counted.contains(Lines.place(row.getLong(1)))) { // what lingers does so anywhere
                    allotment.use(row.getLong(1), row.getInt(2), asAWhole);
                }
            });
        }
        loadRates(
                database,
                rules,
                places.stream().map(place -> (long) place.number()).toList(),
                allotment);
        return allotment;
    }

    /** What counts for the keys of these lines only, and the rates of them. Once for each allotment. */
    static void addLines(Database database, Rules rules, Collection<Long> lines, Allotment allotment)
            throws SQLException {
        Set<Long> counted = new HashSet<>();
        for (long line : lines) {
            for (int place : rules.countedWith(rules.place(Lines.place(line)), rules::countsByKey)) {
                counted.add(Lines.of(place, Lines.keyOf(line)));
            }
        }
        if (!counted.isEmpty()) {
            long[] all = Columns.longs(List.copyOf(counted), line -> line);
            for (String held : List.of(HELD_IN_LINES, IN_PLACE)) {
                database.sql(held).setObject(database.array("int8", all)).each(row -> {
                    if (counted.contains(row.getLong(1))) {
                        allotment.use(row.getLong(1), row.getInt(2), rules::countsByKey);
                    }
                });
            }
        }
        loadRates(database, rules, lines, allotment);
    }

    private static void count(Database database, Set<Integer> places, Sql.Visitor each) throws SQLException {
        long[] first = new long[2 * places.size()];
        long[] last = new long[2 * places.size()];
        int i = 0;
        for (int place : places) {
            first[i] = place;
            last[i++] = place;
            first[i] = Lines.firstKey(place);
            last[i++] = Lines.lastKey(place);
        }
        database.sql(HELD)
                .setObject(database.array("int8", first))
                .setObject(database.array("int8", last))
                .setObject(database.array("int8", first))
                .setObject(database.array("int8", last))
                .each(each);
    }

    /** Of the rates that hold for these lines. */
    private static void loadRates(Database database, Rules rules, Collection<Long> lines, Allotment allotment)
            throws SQLException {
        Set<Long> accounts = new HashSet<>();
        lines.forEach(line -> accounts.addAll(Allotment.rateAccounts(rules, line)));
        accounts.removeIf(allotment::knowsRate);
        if (!accounts.isEmpty()) {
            database.sql(RATES)
                    .setObject(database.array("int8", Columns.longs(List.copyOf(accounts), account -> account)))
                    .each(row -> {
                        allotment.rate(row.getLong(1), row.getLong(2));
                        accounts.remove(row.getLong(1));
                    });
            accounts.forEach(account -> allotment.rate(account, 0)); // nothing started yet
        }
    }

    static void storeRates(Database database, Allotment allotment) throws SQLException {
        List<Map.Entry<Long, Long>> changed =
                List.copyOf(allotment.changedRates().entrySet());
        if (!changed.isEmpty()) {
            database.sql(SET_RATES)
                    .setObject(database.array("int8", Columns.longs(changed, Map.Entry::getKey)))
                    .setObject(database.array("int8", Columns.longs(changed, Map.Entry::getValue)))
                    .update();
        }
    }
}
