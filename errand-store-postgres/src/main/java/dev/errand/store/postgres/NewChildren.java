package dev.errand.store.postgres;

import dev.errand.RunId;
import dev.errand.StoreException;
import dev.errand.store.NewRun;
import dev.errand.store.Spawn;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * Runs that bodies trigger, to be stored in the commit of the steps that say so. What was stored already, by a commit whose answer was lost,
 * is left as it is, be its runs deleted since: of runs that are awaited that is kept with their parents, of others the step is there.
 */
final class NewChildren {
    /** So many runs, and so many bytes of payloads, about, are written by one statement, and in a commit that others share. */
    static final int MOST_RUNS = 1_000;

    static final long MOST_BYTES = 1_000_000;

    private static final String REPEATED = """
            select u.i
              from unnest(?::int[], ?::uuid[], ?::int[], ?::text[]) u(i, run, position, result)
             cross join lateral (
                 select true
                   from errand.step
                  where run = u.run and position = u.position and result is not distinct from u.result
                  limit 1) s
            """;

    /** Rows that are locked under their claims, or will be. */
    private static final String STOPPING = """
            select u.run
              from unnest(?::uuid[]) u(run)
             cross join lateral (
                 select true
                   from errand.chunk
                  where first = u.run and cancel is not null
                  limit 1) k
            """;

    private final Tx tx;
    private final List<Spawn> spawns;
    private final Set<Integer> repeated;

    private NewChildren(Tx tx, List<Spawn> spawns, Set<Integer> repeated) {
        this.tx = tx;
        this.spawns = spawns;
        this.repeated = repeated;
    }

    /** Looks which of their steps are there already: before any of these is written. */
    static NewChildren of(Tx tx, List<Spawn> spawns) throws SQLException {
        List<Integer> others = IntStream.range(0, spawns.size())
                .filter(i -> !spawns.get(i).awaited())
                .boxed()
                .toList();
        if (others.isEmpty()) {
            return new NewChildren(tx, spawns, Set.of());
        }
        List<Spawn> these = others.stream().map(spawns::get).toList();
        List<Integer> repeated = tx.sql(REPEATED)
                .setObject(tx.array("int4", Columns.ints(others, i -> i)))
                .setObject(
                        new UuidArray(Columns.ids(these, spawn -> spawn.claim().run())))
                .setObject(tx.array(
                        "int4", Columns.ints(these, spawn -> spawn.step().position())))
                .setObject(tx.array("text", Columns.texts(these, spawn -> Journal.result(spawn.step()))))
                .list(row -> row.getInt(1));
        return new NewChildren(tx, spawns, new HashSet<>(repeated));
    }

    static boolean areMany(List<NewRun> runs) {
        return runs.size() > MOST_RUNS || bytes(runs) > MOST_BYTES;
    }

    /** Of their payloads. */
    static long bytes(List<NewRun> runs) {
        return runs.stream().mapToLong(run -> run.payload().length).sum();
    }

    /**
     * Stores them, but for those that are awaited by runs that somebody asked to stop.
     *
     * @param held of which of the spawns the claims are held, as far as is known: what follows may show that they are not
     * @param careful whether runs may be stored already; where they are not taken to be, the commit fails, and is tried again with care
     * @param apart whether nobody else shares the transaction, so that it may wait for users' transactions
     * @throws StoreException if it is not apart and has come to need to be
     */
    void store(IntPredicate held, boolean careful, boolean apart) throws SQLException {
        Set<RunId> stopping = stopping();
        List<Spawn> these = IntStream.range(0, spawns.size())
                .filter(i -> held.test(i) && !repeated.contains(i))
                .mapToObj(spawns::get)
                .filter(spawn ->
                        !spawn.awaited() || !stopping.contains(spawn.claim().run()))
                .toList();
        List<NewRun> runs = fresh(these);
        if (apart) {
            runs = PendingCaps.requireUnknown(tx, runs);
        } else if (careful && !runs.isEmpty()) {
            runs = Enqueueing.unknown(tx.database(), runs);
        }
        if (!apart && Conflicts.any(tx.tasks(), runs)) {
            throw new StoreException("Runs that were about to be stored may end others since just now; ask again");
        }
        for (int from = 0; from < runs.size(); ) {
            int end = slice(runs, from);
            Conflicts.storeWithin(tx, runs.subList(from, end));
            from = end;
        }
    }

    private Set<RunId> stopping() throws SQLException {
        if (spawns.isEmpty()) {
            return Set.of();
        }
        return new HashSet<>(tx.sql(STOPPING)
                .setObject(
                        new UuidArray(Columns.ids(spawns, spawn -> spawn.claim().run())))
                .list(row -> Ids.of(row.getObject(1))));
    }

    /** Those that were not stored yet; who awaits them is written down before they are there, and may end. */
    private List<NewRun> fresh(List<Spawn> these) throws SQLException {
        List<Awaiting.Child> children = new ArrayList<>();
        for (Spawn spawn : these) {
            if (spawn.awaited()) {
                spawn.runs()
                        .forEach(run ->
                                children.add(new Awaiting.Child(spawn.claim().run(), run.id())));
            }
        }
        Set<Awaiting.Child> added = children.isEmpty() ? Set.of() : Awaiting.add(tx, children);
        Map<RunId, NewRun> fresh = new LinkedHashMap<>();
        for (Spawn spawn : these) {
            for (NewRun run : spawn.runs()) {
                if (!spawn.awaited()
                        || added.contains(new Awaiting.Child(spawn.claim().run(), run.id()))) {
                    fresh.putIfAbsent(run.id(), run);
                }
            }
        }
        return List.copyOf(fresh.values());
    }

    /** Where the next statement's runs end. */
    static int slice(List<NewRun> runs, int from) {
        int end = from;
        long bytes = 0;
        while (end < runs.size() && end - from < MOST_RUNS && (end == from || bytes < MOST_BYTES)) {
            bytes += runs.get(end++).payload().length;
        }
        return end;
    }
}
