package dev.errand.store.sqlite;

import dev.errand.Limits;
import dev.errand.QueueBacklog;
import dev.errand.QueueInfo;
import dev.errand.QueueLine;
import dev.errand.QueueNotFoundException;
import dev.errand.RunId;
import dev.errand.store.NewRun;
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
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The tables of queues and their limits, and of the places where runs wait. */
final class Queues implements QueueStore {
    static final String VERSION = "select version from rules";
    private static final String CHANGED = "update rules set version = version + 1";
    private static final String SCOPES = "select number, name, limits, override, paused from queue";
    private static final String PLACES = "select number, task, queue, keyed from task_queue";

    private static final String DECLARE = """
            insert into queue (key, name, limits) values (?, ?, ?)
                on conflict (key) do update
               set name = excluded.name, limits = excluded.limits
             where name <> excluded.name or limits <> excluded.limits
            """;
    /** Of a queue that is only used. */
    private static final String USE =
            "insert into queue (key, name, limits) values (?, ?, ?) on conflict (key) do nothing";

    private static final String PAUSE = "update queue set paused = ? where key = ?";
    private static final String OVERRIDE = "update queue set override = ? where key = ?";

    /** What was claimed while nothing was counted there. Looks at all runs that have not ended, which seldom has to be. */
    private static final String HOLD = """
            update live
               set held = line
             where claim is not null and held is null and (line = ?1 or line between ?2 and ?3)
            """;

    private static final String UNCOUNTED = "select number, line from live where claim is not null and held is null";
    private static final String HOLD_ONE = "update live set held = line where number = ?";
    /** For more new places than these, all runs are looked at once. */
    private static final int FEW = 4;

    private static final String NEW_PLACE = """
            insert into task_queue (number, task, queue, keyed)
            values ((select 1 + coalesce(max(number), ?) from task_queue where number >= ?), ?, ?, ?)
            """;
    private static final String KEYED = """
            insert into task_queue (number, task, queue, keyed) values (?, ?, ?, 1)
                on conflict (number) do update set keyed = 1
            """;

    private static final String LINE = """
            select live.line
              from live join run on run.number = live.number
             where run.id = ? and live.state = 1 and live.claim is null
            """;

    private final Writer writer;
    private final Readers readers;

    Queues(Writer writer, Readers readers) {
        this.writer = writer;
        this.readers = readers;
    }

    // ── in transactions of the writer's

    static Rules load(Database database, TaskNumbers tasks) throws SQLException {
        long version = database.number(VERSION); // first: what is read after it may be newer, never older
        List<Scope> scopes = database.sql(SCOPES).list(Queues::scope);
        List<Place> places = database.sql(PLACES).list(Queues::place);
        return new Rules(version, scopes, places, tasks::find);
    }

    private static Scope scope(ResultSet row) throws SQLException {
        return new Scope(
                row.getInt(1),
                row.getString(2),
                LimitsText.read(row.getString(3)),
                LimitsText.readNullable(row.getString(4)),
                row.getInt(5) != 0);
    }

    private static Place place(ResultSet row) throws SQLException {
        Long queue = Sql.nullable(row, 3);
        return new Place(row.getInt(1), row.getInt(2), queue == null ? null : queue.intValue(), row.getInt(4) != 0);
    }

    /** The line of a task's runs in a queue, with a key; each may be none. */
    static long line(Tx tx, int task, @Nullable String queue, @Nullable String key) throws SQLException {
        Place place = queue == null ? tx.rules().place(task) : place(tx, task, queue, key != null);
        if (key != null && !place.keyed()) {
            setKeyed(tx, place);
            changed(tx);
        }
        return Lines.of(place.number(), Lines.key(key));
    }

    /** Of a task in a queue. */
    private record NewPlace(int task, int queue) {}

    /**
     * Sees to it that there are all the places where these runs will wait, in one pass: each change of the places means to read all of them
     * anew.
     */
    static void addPlaces(Tx tx, List<NewRun> runs) throws SQLException {
        Map<NewPlace, Boolean> added = new LinkedHashMap<>();
        Map<Integer, Place> withKeys = new LinkedHashMap<>();
        for (NewRun run : runs) {
            String queue = run.options().queue();
            boolean keyed = run.options().concurrencyKey() != null;
            if (queue == null && !keyed) {
                continue;
            }
            int task = tx.task(run.task());
            Scope scope = queue == null ? null : queue(tx, queue);
            Place place = scope == null ? tx.rules().place(task) : tx.rules().place(task, scope.number());
            if (scope != null && place == null) {
                added.merge(new NewPlace(task, scope.number()), keyed, Boolean::logicalOr);
            } else if (place != null && keyed && !place.keyed()) {
                withKeys.put(place.number(), place);
            }
        }
        for (var place : added.entrySet()) {
            insert(tx, place.getKey(), place.getValue());
        }
        for (Place place : withKeys.values()) {
            setKeyed(tx, place);
        }
        if (!added.isEmpty() || !withKeys.isEmpty()) {
            changed(tx);
        }
    }

    private static void insert(Tx tx, NewPlace place, boolean keyed) throws SQLException {
        tx.sql(NEW_PLACE)
                .set((long) Lines.NAMED - 1)
                .set((long) Lines.NAMED)
                .set((long) place.task())
                .set((long) place.queue())
                .set(keyed ? 1L : 0L)
                .update();
    }

    private static void setKeyed(Tx tx, Place place) throws SQLException {
        Integer number = place.queue();
        tx.sql(KEYED)
                .set((long) place.number())
                .set((long) place.task())
                .set(number == null ? null : (Long) (long) number)
                .update();
    }

    private static Scope queue(Tx tx, String name) {
        Scope scope = tx.rules().find(name);
        if (scope == null || scope.isOfTask()) {
            throw new QueueNotFoundException(name);
        }
        return scope;
    }

    private static Place place(Tx tx, int task, String queue, boolean keyed) throws SQLException {
        Scope scope = queue(tx, queue);
        Place place = tx.rules().place(task, scope.number());
        if (place == null) {
            insert(tx, new NewPlace(task, scope.number()), keyed);
            changed(tx);
            place = tx.rules().place(task, scope.number());
        }
        if (place == null) {
            throw new IllegalStateException("the place of task " + task + " in queue " + queue + " was not stored");
        }
        return place;
    }

    private static void changed(Tx tx) throws SQLException {
        Rules before = tx.rules();
        tx.sql(CHANGED).update();
        tx.reloadRules();
        PendingCaps.changed(tx, before);
        List<Integer> counted = new ArrayList<>();
        for (int place : tx.rules().special()) {
            if (before.isPlain(place) && !isNew(place, before)) {
                counted.add(place);
            }
        }
        hold(tx, counted);
        tx.wake();
    }

    private static void hold(Tx tx, List<Integer> places) throws SQLException {
        if (places.size() > FEW) {
            Set<Integer> all = new HashSet<>(places);
            List<Long> runs = new ArrayList<>();
            tx.sql(UNCOUNTED).each(row -> {
                if (all.contains(Lines.place(row.getLong(2)))) {
                    runs.add(row.getLong(1));
                }
            });
            for (long run : runs) {
                tx.sql(HOLD_ONE).set(run).update();
            }
            return;
        }
        for (int place : places) {
            tx.sql(HOLD)
                    .set((long) place)
                    .set(Lines.firstKey(place))
                    .set(Lines.lastKey(place))
                    .update();
        }
    }

    /** Whether nothing can have been claimed there, since nobody knew of it. */
    private static boolean isNew(int place, Rules before) {
        return place >= Lines.NAMED && before.place(place).task() == place;
    }

    // ── the seam

    @Override
    public void declare(List<QueueEntry> queues) {
        if (!queues.isEmpty()) {
            writer.call(tx -> declare(tx, queues));
        }
    }

    private static int declare(Tx tx, List<QueueEntry> queues) throws SQLException {
        int declared = 0;
        for (QueueEntry queue : queues) {
            Limits limits = queue.limits();
            declared += tx.sql(limits == null ? USE : DECLARE)
                    .set(Scope.key(queue.name()))
                    .set(queue.name())
                    .set(LimitsText.of(limits == null ? Limits.none() : limits))
                    .update();
        }
        if (declared > 0) {
            changed(tx);
        }
        return declared;
    }

    @Override
    public boolean pause(String name, boolean paused) {
        return writer.call(tx -> {
            int found = tx.sql(PAUSE).set(paused ? 1L : 0L).set(Scope.key(name)).update();
            changed(tx);
            return found > 0;
        });
    }

    @Override
    public boolean override(String name, @Nullable Limits limits) {
        return writer.call(tx -> override(tx, name, limits));
    }

    private static boolean override(Tx tx, String name, @Nullable Limits limits) throws SQLException {
        int found = tx.sql(OVERRIDE)
                .set(limits == null ? null : LimitsText.of(limits))
                .set(Scope.key(name))
                .update();
        changed(tx);
        return found > 0;
    }

    @Override
    public boolean change(String name, UnaryOperator<Limits> change) {
        return writer.call(tx -> {
            Scope scope = tx.rules().find(name);
            if (scope == null) {
                return false;
            }
            Limits changed = change.apply(scope.override() == null ? Limits.none() : scope.override());
            return override(tx, name, changed.isNone() ? null : changed);
        });
    }

    @Override
    public Set<String> paused() {
        return readers.ask(database -> Set.copyOf(
                database.sql("select key from queue where paused <> 0").list(row -> row.getString(1))));
    }

    @Override
    public List<QueueInfo> all() {
        return readers.ask(database -> {
            QueueCounts counts = new QueueCounts(database, rules(database));
            List<QueueInfo> infos = new ArrayList<>();
            List<Scope> scopes = database.sql(SCOPES).list(Queues::scope);
            scopes.sort(Comparator.comparing(Scope::isOfTask).thenComparing(scope -> Scope.key(scope.name())));
            for (Scope scope : scopes) {
                infos.add(counts.info(scope));
            }
            return infos;
        });
    }

    @Override
    public List<QueueBacklog> backlog() {
        return readers.ask(QueueBacklogs::of);
    }

    @Override
    public Optional<QueueInfo> find(String name) {
        return readers.ask(database -> {
            Rules rules = rules(database);
            Scope scope = rules.find(name);
            return scope == null ? Optional.empty() : Optional.of(new QueueCounts(database, rules).info(scope));
        });
    }

    private static Rules rules(Database database) throws SQLException {
        TaskNumbers tasks = new TaskNumbers();
        tasks.load(database);
        return load(database, tasks);
    }

    @Override
    public List<QueueLine> lines(int limit) {
        return readers.ask(database -> LongestWaiting.list(database, limit));
    }

    @Override
    public Optional<String> obstacle(RunId run) {
        return writer.call(tx -> {
            Long line = tx.sql(LINE)
                    .set(Ids.bytes(run))
                    .first(row -> row.getLong(1))
                    .orElse(null);
            if (line == null) {
                return Optional.<String>empty();
            }
            Allotment allotment = LimitedHeads.allotment(tx, tx.rules(), List.of(Lines.place(line)));
            LimitedHeads.loadRates(tx, tx.rules(), line, allotment);
            Obstacle obstacle = allotment.obstacle(line, Lingering.lines(tx)).orElse(null);
            return obstacle == null
                    ? Optional.<String>empty()
                    : Optional.of(obstacle.sentence(
                            line,
                            Questions.ahead(
                                    tx.database(), run, obstacle.linesAhead(tx.rules(), line), Obstacle.COUNTED)));
        });
    }
}
