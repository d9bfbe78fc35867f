package dev.errand.store.postgres;

import dev.errand.RunState;
import dev.errand.store.Claim;
import dev.errand.store.Report;
import dev.errand.store.format.Documents;
import dev.errand.store.format.EventEncoder;
import dev.errand.store.format.States;
import dev.errand.store.format.Times;
import dev.errand.store.sql.Sql;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Ends many runs with one statement: deletes the chunks whose last runs they are, share-locks those of which others are still to end,
 * and appends the outcomes, only where the chunk is still under the claim, undisturbed, and nobody wants its run to stop. All else is left to
 * {@link Special}.
 */
final class Ends {
    /**
     * The rows are found one by one through the index: no statistics can lead to another way. What was found is looked up by hash:
     * {@code is true} keeps it from becoming a join, which {@link Plans#FEW} would have to do by comparing each with each.
     */
    private static final String FENCE = """
            with last as materialized (
                select u.i, k.place
                  from unnest(?::bigint[], ?::bigint[], ?::uuid[], ?::boolean[], ?::bigint[], ?::int[])
                       u(line, position, first, single, claim, i)
                 cross join lateral (
                     select ctid as place
                       from errand.chunk
                      where line = u.line and position = u.position and first = u.first and single = u.single
                        and claim = u.claim and not disturbed and cancel is null
                      limit 1) k),
            gone as (
                delete from errand.chunk where ctid = any(array(select place from last)) returning ctid as place),
            kept as materialized (
                select u.i
                  from unnest(?::bigint[], ?::bigint[], ?::uuid[], ?::boolean[], ?::bigint[], ?::int[])
                       u(line, position, first, single, claim, i)
                 cross join lateral (
                     select true
                       from errand.chunk
                      where line = u.line and position = u.position and first = u.first and single = u.single
                        and claim = u.claim and not disturbed and cancel is null
                      limit 1
                        for share) k),
            fenced as materialized (
                select i from last where (place in (select place from gone)) is true
                 union all
                select i from kept),
            """;

    /** Of runs that completed at their first delivery, as most do: what is the same for all need not be handed over. */
    static final String PLAIN = FENCE + """
            o as (
                insert into errand.outcome (run, claim, started, ended, state, attempt, redeliveries, retriable, output)
                select u.run, u.claim, u.started, u.ended, 5, u.attempt, 0, false, u.output
                  from unnest(?::int[], ?::uuid[], ?::bigint[], ?::bigint[], ?::bigint[], ?::int[], ?::text[])
                       u(i, run, claim, started, ended, attempt, output)
                 where (i in (select i from fenced)) is true)
            select i from fenced
            """;

    static final String ANY = FENCE + """
            o as (
                insert into errand.outcome (run, claim, started, ended, state, attempt, redeliveries, retriable, output, failure, reason)
                select u.run, u.claim, u.started, u.ended, u.state, u.attempt, u.redeliveries, u.retriable, u.output, u.failure, u.reason
                  from unnest(?::int[], ?::uuid[], ?::bigint[], ?::bigint[], ?::bigint[], ?::int[], ?::text[],
                              ?::int[], ?::int[], ?::boolean[], ?::text[], ?::text[])
                       u(i, run, claim, started, ended, attempt, output, state, redeliveries, retriable, failure, reason)
                 where (i in (select i from fenced)) is true)
            select i from fenced
            """;

    /**
     * As {@link #PLAIN}, of chunks which end as a whole and whose rows lie, most likely, where they lay when they were claimed. What lies
     * there now is another's if the claim differs, and has been changed meanwhile if it is not found.
     */
    static final String PLACED = """
            with gone as (
                delete from errand.chunk k
                 using unnest(?::tid[], ?::bigint[], ?::int[]) u(place, claim, i)
                 where k.ctid = u.place and k.claim = u.claim and not k.disturbed and k.cancel is null
                returning u.i),
            o as (
                insert into errand.outcome (run, claim, started, ended, state, attempt, redeliveries, retriable, output)
                select u.run, u.claim, u.started, u.ended, 5, u.attempt, 0, false, u.output
                  from unnest(?::int[], ?::uuid[], ?::bigint[], ?::bigint[], ?::bigint[], ?::int[], ?::text[])
                       u(i, run, claim, started, ended, attempt, output)
                 where (i in (select i from gone)) is true)
            select i from gone
            """;

    /** An end, where its answer goes, and the row it is fenced by. */
    record Place(Report.Ended end, int index, Held.Chunk chunk, Held.Key key, boolean announced) {}

    /** A row, and how many of the ends it fences. */
    private static final class Fence {
        final Held.Chunk chunk;
        final Held.Key key;
        final int number;
        int ends;
        private boolean plain = true;

        Fence(Place place, int number) {
            this.chunk = place.chunk();
            this.key = place.key();
            this.number = number;
        }

        /** Whether its last run is among them. */
        boolean isLast() {
            return (key.single() && !chunk.key.single()) || ends == chunk.outstanding();
        }

        void add(Place place) {
            ends++;
            plain &= isPlain(place);
        }

        /** Whether its row goes with these ends, all of them plain, and lies where it was claimed; one that was started has been changed. */
        boolean isPlaced() {
            return plain && chunk.place != null && key.equals(chunk.key) && chunk.started.isEmpty() && isLast();
        }
    }

    private final Tx tx;

    Ends(Tx tx) {
        this.tx = tx;
    }

    /** Answers which of them it could write; the others are left alone. */
    boolean[] end(List<Place> places) throws SQLException {
        boolean[] written = new boolean[places.size()];
        Fence[] fences = fences(places);
        List<Integer> placed = new ArrayList<>();
        for (int i = 0; i < fences.length; i++) {
            if (fences[i].isPlaced()) {
                placed.add(i);
            }
        }
        if (!placed.isEmpty()) {
            end(places, placed, fences, true, written);
        }
        List<Integer> others = IntStream.range(0, written.length)
                .filter(i -> !written[i])
                .boxed()
                .toList();
        if (!others.isEmpty()) {
            end(places, others, fences, false, written);
        }
        for (int i = 0; i < written.length; i++) {
            if (written[i]) {
                Place place = places.get(i);
                announce(tx.events(), tx.tasks(), place.end(), place.announced());
            }
        }
        return written;
    }

    /** The row that fences each. */
    private static Fence[] fences(List<Place> places) {
        Map<Held.Key, Fence> known = new HashMap<>();
        Fence[] fences = new Fence[places.size()];
        Place before = null;
        Fence fence = null;
        for (int i = 0; i < fences.length; i++) {
            Place place = places.get(i);
            if (fence == null || before == null || !place.key().equals(before.key())) {
                fence = known.computeIfAbsent(place.key(), key -> new Fence(place, known.size()));
            }
            fence.add(place);
            fences[i] = fence;
            before = place;
        }
        return fences;
    }

    private void end(List<Place> all, List<Integer> which, Fence[] fenceOf, boolean byPlace, boolean[] written)
            throws SQLException {
        List<Place> places = which.stream().map(all::get).toList();
        Set<Fence> fences = new LinkedHashSet<>();
        which.forEach(i -> fences.add(fenceOf[i]));
        boolean plain = byPlace || places.stream().allMatch(Ends::isPlain);
        Sql statement = tx.sql(byPlace ? PLACED : plain ? PLAIN : ANY);
        if (byPlace) {
            fillPlaces(statement, List.copyOf(fences));
        } else {
            fill(statement, fences.stream().filter(Fence::isLast).toList());
            fill(statement, fences.stream().filter(one -> !one.isLast()).toList());
        }
        outcomes(statement, places, Columns.ints(which, i -> fenceOf[i].number));
        if (!plain) {
            specials(statement, places);
        }
        Set<Integer> fenced = new HashSet<>(statement.list(row -> row.getInt(1)));
        tx.heed(statement);
        which.forEach(i -> written[i] = fenced.contains(fenceOf[i].number));
    }

    private void fillPlaces(Sql statement, List<Fence> fences) throws SQLException {
        statement
                .setObject(tx.array("tid", Columns.texts(fences, fence -> fence.chunk.place)))
                .setObject(tx.array("int8", Columns.longs(fences, fence -> fence.chunk.claim)))
                .setObject(tx.array("int4", Columns.ints(fences, fence -> fence.number)));
    }

    private static boolean isPlain(Place place) {
        Report.Ended end = place.end();
        return end.state() == RunState.COMPLETED
                && end.claim().redeliveries() == 0
                && end.failure() == null
                && end.reason() == null
                && !end.retriable();
    }

    private void fill(Sql statement, List<Fence> fences) throws SQLException {
        statement
                .setObject(tx.array("int8", Columns.longs(fences, fence -> fence.key.line())))
                .setObject(tx.array("int8", Columns.longs(fences, fence -> fence.key.position())))
                .setObject(new UuidArray(Columns.ids(fences, fence -> fence.key.first())))
                .setObject(tx.array("bool", Columns.flags(fences, fence -> fence.key.single())))
                .setObject(tx.array("int8", Columns.longs(fences, fence -> fence.chunk.claim)))
                .setObject(tx.array("int4", Columns.ints(fences, fence -> fence.number)));
    }

    private void outcomes(Sql statement, List<Place> places, int[] numbers) throws SQLException {
        int size = places.size();
        UUID[] runs = new UUID[size];
        long[] claims = new long[size];
        @Nullable Long[] started = new Long[size];
        long[] ended = new long[size];
        int[] attempts = new int[size];
        @Nullable String[] outputs = new String[size];
        for (int i = 0; i < size; i++) {
            Report.Ended end = places.get(i).end();
            runs[i] = Ids.uuid(end.claim().run());
            claims[i] = end.claim().id();
            started[i] = Times.microsOrNull(end.startedAt());
            ended[i] = Times.micros(end.at());
            attempts[i] = attempt(end);
            byte[] output = end.output();
            outputs[i] = output == null ? null : new String(output, StandardCharsets.UTF_8);
        }
        statement
                .setObject(tx.array("int4", numbers))
                .setObject(new UuidArray(runs))
                .setObject(tx.array("int8", claims))
                .setObject(tx.array("int8", started))
                .setObject(tx.array("int8", ended))
                .setObject(tx.array("int4", attempts))
                .setObject(tx.array("text", outputs));
    }

    private void specials(Sql statement, List<Place> places) throws SQLException {
        List<Report.Ended> ends = new ArrayList<>();
        places.forEach(place -> ends.add(place.end()));
        statement
                .setObject(tx.array("int4", Columns.ints(ends, end -> States.number(end.state()))))
                .setObject(
                        tx.array("int4", Columns.ints(ends, end -> end.claim().redeliveries())))
                .setObject(tx.array("bool", Columns.flags(ends, Report.Ended::retriable)))
                .setObject(tx.array("text", Columns.texts(ends, end -> Documents.failure(end.failure()))))
                .setObject(tx.array("text", Columns.texts(ends, end -> Columns.storable(end.reason()))));
    }

    /** The last attempt made; 0 for none. */
    static int attempt(Report.Ended end) {
        Claim claim = end.claim();
        boolean made = end.startedAt() != null || claim.redeliveries() > 0;
        return made ? claim.attempt() : claim.attempt() - 1;
    }

    /** Tells of an end, and of the start if nobody was told of that. */
    static void announce(EventEncoder events, TaskNumbers tasks, Report.Ended end, boolean announced) {
        Claim claim = end.claim();
        Integer task = tasks.find(claim.task());
        int number = task == null ? 0 : task;
        long ended = Times.micros(end.at());
        if (announced || end.startedAt() == null) {
            RunState from = announced ? RunState.EXECUTING : RunState.QUEUED;
            events.state(claim.run(), number, claim.name(), claim.attempt(), from, end.state(), ended);
        } else {
            long started = Times.micros(end.startedAt());
            events.state(
                    claim.run(), number, claim.name(), claim.attempt(), RunState.QUEUED, RunState.EXECUTING, started);
            events.then(RunState.EXECUTING, end.state(), ended);
        }
    }
}
