package dev.errand.store.postgres;

import dev.errand.Limits;
import dev.errand.QueueBacklog;
import dev.errand.QueueInfo;
import dev.errand.QueueLine;
import dev.errand.RunId;
import dev.errand.store.QueueEntry;
import dev.errand.store.QueueStore;
import dev.errand.store.format.LimitsText;
import dev.errand.store.limits.Allotment;
import dev.errand.store.limits.Lines;
import dev.errand.store.limits.Obstacle;
import dev.errand.store.limits.Place;
import dev.errand.store.limits.Rules;
import dev.errand.store.limits.Scope;
import dev.errand.store.sql.Sql;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Queues and their limits, for those who declare, change, or ask. */
final class Queues implements QueueStore {
    /** In one order, so that nodes that start together do not lock each other out. */
    private static final String DECLARE = """
            insert into errand.queue (key, name, limits)
            select * from unnest(?::text[], ?::text[], ?::text[]) u(key, name, limits) order by key
                on conflict (key) do update
               set name = excluded.name, limits = excluded.limits
             where queue.name <> excluded.name or queue.limits <> excluded.limits
            """;

    /** Of queues that are only used. */
    private static final String USE = """
            insert into errand.queue (key, name, limits)
            select *, ?::text from unnest(?::text[], ?::text[]) u(key, name) order by key
                on conflict (key) do nothing
            """;

    /** Whose claim counts just now under the limits is waited for, so that all claims after the change know of it. */
    private static final String LOCK = """
            select pg_advisory_xact_lock(hashtext('errand.limits'), number)::text from errand.queue where key = ?
            """;

    private static final String PAUSE = "update errand.queue set paused = ? where key = ?";
    private static final String OVERRIDE = "update errand.queue set override = ? where key = ?";
    private static final String OVERRIDDEN = "select coalesce(override, ?) from errand.queue where key = ?";

    /** Of dirty chunks, which may hold fewer runs, each is looked at. */
    private static final String WAITING = """
            select coalesce(sum(case when k.dirty and not k.single
                                     then (select count(*)
                                             from errand.run r
                                            where r.id between k.first and k.last and r.batch = k.batch
                                              and (select true from errand.outcome where run = r.id limit 1) is null
                                              and (select true from errand.chunk where single and first = r.id limit 1) is null)
                                     else k.runs
                                end), 0)
              from (select first, last, batch, dirty, single, runs
                      from errand.chunk
                     where <lines> and position < 9223372036854775807 and claim = 0
                     limit 10000) k
            """;

    /** In one line: with "between" the look would go on through all that are not due yet. */
    private static final String WAITING_IN_LINE = WAITING.replace("<lines>", "line = ?");

    private static final String WAITING_WITH_KEYS = WAITING.replace("<lines>", "line between ? and ?");

    /**
     * What was claimed while no limit was there to be counted for. What executes stands before what waits, so that one need not look far;
     * that some of a chunk have ended is not written while it is claimed.
     */
    private static final String CLAIMED = """
            select coalesce(sum(case when k.single then 1
                                     else (select count(*)
                                             from errand.run r
                                            where r.id between k.first and k.last and r.batch = k.batch
                                              and (select true from errand.outcome where run = r.id limit 1) is null
                                              and (select true from errand.chunk where single and first = r.id limit 1) is null)
                                end), 0)
              from (select first, last, batch, single, claim, held
                      from errand.chunk
                     where <lines> and position < 9223372036854775807
                     order by line, position
                     limit 10000) k
             where k.claim <> 0 and k.held is null
            """;

    private static final String CLAIMED_IN_LINE = CLAIMED.replace("<lines>", "line = ?");
    private static final String CLAIMED_WITH_KEYS = CLAIMED.replace("<lines>", "line between ? and ?");

    private static final String HELD_IN_LINE = """
            select coalesce(sum(permits), 0)
              from (select least(max(permits), sum(runs)) as permits
                      from errand.chunk
                     where held = ? and claim <> 0
                     group by share) s
            """;

    private static final String HELD_WITH_KEYS = """
            select coalesce(sum(permits), 0)
              from (select least(max(permits), sum(runs)) as permits
                      from errand.chunk
                     where held between ? and ? and claim <> 0
                     group by held, share) s
            """;

    /** How many execute and how many wait, in one look: between two a claim may begin to be counted by limits, or to execute. */
    private static final String COUNTS = "select (%s) + (%s) + (%s) + (%s), (%s) + (%s)"
            .formatted(
                    HELD_IN_LINE,
                    HELD_WITH_KEYS,
                    CLAIMED_IN_LINE,
                    CLAIMED_WITH_KEYS,
                    WAITING_IN_LINE,
                    WAITING_WITH_KEYS);

    private static final String LINE = "select coalesce(line, task) from errand.run where id = ?";

    private final Surroundings surroundings;
    private final Desk desk;
    private final Pool pool;
    private final Trip trip;

    Queues(Surroundings surroundings, Desk desk, Pool pool, Trip trip) {
        this.surroundings = surroundings;
        this.desk = desk;
        this.pool = pool;
        this.trip = trip;
    }

    private Rules rules() {
        return surroundings.tasks().rules();
    }

    @Override
    public void declare(List<QueueEntry> queues) {
        List<QueueEntry> last = List.copyOf(queues.stream()
                .collect(Collectors.toMap(queue -> Scope.key(queue.name()), queue -> queue, (one, other) -> other))
                .values());
        if (last.stream().allMatch(this::isKnown)) {
            return;
        }
        desk.transact(tx -> {
            int changed = declare(tx, last) + use(tx, last);
            return changed > 0 && changed(tx);
        });
        reload();
    }

    private static int declare(Tx tx, List<QueueEntry> queues) throws SQLException {
        List<QueueEntry> limited =
                queues.stream().filter(queue -> queue.limits() != null).toList();
        return tx.sql(DECLARE)
                .setObject(tx.array("text", Columns.texts(limited, queue -> Scope.key(queue.name()))))
                .setObject(tx.array("text", Columns.texts(limited, QueueEntry::name)))
                .setObject(tx.array(
                        "text", Columns.texts(limited, queue -> LimitsText.of(Objects.requireNonNull(queue.limits())))))
                .update();
    }

    private static int use(Tx tx, List<QueueEntry> queues) throws SQLException {
        List<QueueEntry> used =
                queues.stream().filter(queue -> queue.limits() == null).toList();
        return tx.sql(USE)
                .set(LimitsText.of(Limits.none()))
                .setObject(tx.array("text", Columns.texts(used, queue -> Scope.key(queue.name()))))
                .setObject(tx.array("text", Columns.texts(used, QueueEntry::name)))
                .update();
    }

    private boolean isKnown(QueueEntry queue) {
        Scope scope = rules().find(queue.name());
        if (queue.limits() == null) {
            return scope != null;
        }
        return scope != null
                && scope.name().equals(queue.name())
                && scope.base().equals(queue.limits());
    }

    private static boolean changed(Tx tx) throws SQLException {
        tx.sql(RuleTables.CHANGED).update();
        tx.tell(Notice.TASKS);
        tx.tell(Notice.OLD_WORK);
        tx.tell(Notice.REQUESTS);
        return true;
    }

    private void reload() {
        pool.ask(database -> {
            surroundings.tasks().load(database);
            return true;
        });
        trip.noticed();
    }

    @Override
    public boolean pause(String name, boolean paused) {
        return alone(
                name, tx -> tx.sql(PAUSE).setObject(paused).set(Scope.key(name)).update());
    }

    @Override
    public boolean override(String name, @Nullable Limits limits) {
        String text = limits == null ? null : LimitsText.of(limits);
        return alone(name, tx -> tx.sql(OVERRIDE).set(text).set(Scope.key(name)).update());
    }

    /** Whoever changes a queue has its lock first, so that nobody else does between the look and the change. */
    @Override
    public boolean change(String name, UnaryOperator<Limits> change) {
        return alone(name, tx -> {
            List<String> overrides = tx.sql(OVERRIDDEN)
                    .set(LimitsText.of(Limits.none()))
                    .set(Scope.key(name))
                    .list(row -> row.getString(1));
            if (overrides.isEmpty()) {
                return 0;
            }
            Limits limits = change.apply(LimitsText.read(overrides.getFirst()));
            String text = limits.isNone() ? null : LimitsText.of(limits);
            return tx.sql(OVERRIDE).set(text).set(Scope.key(name)).update();
        });
    }

    private boolean alone(String name, Desk.Work<Integer> change) {
        boolean found = desk.request(
                tx -> { // it may wait, and the node's beat needs a connection meanwhile
                    tx.sql(LOCK).set(Scope.key(name)).each(row -> {});
                    return change.in(tx) > 0 && changed(tx);
                });
        reload();
        return found;
    }

    @Override
    public Set<String> paused() {
        return rules().paused();
    }

    @Override
    public List<QueueInfo> all() {
        reloadQuietly();
        return rules().all().stream()
                .sorted(Comparator.comparing(Scope::isOfTask).thenComparing(scope -> Scope.key(scope.name())))
                .map(this::info)
                .toList();
    }

    @Override
    public List<QueueBacklog> backlog() {
        return pool.ask(QueueBacklogs::of);
    }

    @Override
    public Optional<QueueInfo> find(String name) {
        reloadQuietly();
        return Optional.ofNullable(rules().find(name)).map(this::info);
    }

    private void reloadQuietly() {
        pool.ask(database -> {
            surroundings.tasks().load(database);
            return true;
        });
    }

    private QueueInfo info(Scope scope) {
        return pool.ask(database -> {
            LongAdder claimed = new LongAdder();
            LongAdder waiting = new LongAdder();
            for (Place place : rules().placesOf(scope)) {
                counts(database, place).each(row -> {
                    claimed.add(row.getLong(1));
                    waiting.add(row.getLong(2));
                });
            }
            long lingering = Lingering.lines(database).stream()
                    .filter(line ->
                            rules().scopesOf(rules().place(Lines.place(line))).contains(scope))
                    .count();
            return new QueueInfo(
                    scope.name(),
                    scope.base(),
                    scope.override(),
                    scope.paused(),
                    claimed.intValue(),
                    (int) Math.min(waiting.sum(), 10_000),
                    (int) lingering);
        });
    }

    private static Sql counts(Database database, Place place) throws SQLException {
        Sql counts = database.sql(COUNTS);
        for (int i = 0; i < 3; i++) {
            counts.set((long) place.number())
                    .set(Lines.firstKey(place.number()))
                    .set(Lines.lastKey(place.number()));
        }
        return counts;
    }

    @Override
    public List<QueueLine> lines(int limit) {
        return pool.ask(database -> LongestWaiting.list(database, limit));
    }

    @Override
    public Optional<String> obstacle(RunId run) {
        return pool.ask(database -> {
            Long line = database.sql(LINE)
                    .setObject(Ids.uuid(run))
                    .first(row -> row.getLong(1))
                    .orElse(null);
            if (line == null) {
                return Optional.<String>empty();
            }
            surroundings.tasks().load(database);
            Place place = rules().place(Lines.place(line));
            Allotment allotment = Counts.allotment(database, rules(), surroundings.now(), List.of(place));
            Counts.addLines(database, rules(), List.of(line), allotment);
            Obstacle obstacle =
                    allotment.obstacle(line, Lingering.lines(database)).orElse(null);
            return obstacle == null
                    ? Optional.<String>empty()
                    : Optional.of(obstacle.sentence(
                            line, Ahead.count(database, run, obstacle.linesAhead(rules(), line), Obstacle.COUNTED)));
        });
    }
}
