package dev.errand.store.postgres;

import dev.errand.QueueFullException;
import dev.errand.store.NewRun;
import dev.errand.store.ScheduleChange;
import dev.errand.store.ScheduleEntry;
import dev.errand.store.ScheduleStore;
import dev.errand.store.format.Times;
import dev.errand.store.sql.ScheduleRows;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Schedules. A change looks at the version it was read with, and is in one transaction with the runs it triggers: of two nodes that fire
 * the same schedule one finds another version, or the row locked, and passes it over. A node that freezes in between holds these rows
 * until the server ends its transaction, which it does after some seconds.
 */
final class Schedules implements ScheduleStore {
    private static final String CHANGE = """
            with mine as materialized (
                select s.key
                  from errand.schedule s
                  join unnest(?::text[], ?::text[], ?::bigint[]) u(key, id, version)
                    on s.key = u.key and s.id = u.id and s.version = u.version
                   for update of s skip locked)
            update errand.schedule s
               set task = u.task, declared = u.declared, definition = u.definition, progress = u.progress, due = u.due,
                   version = s.version + 1
              from mine
              join unnest(?::text[], ?::text[], ?::int[], ?::text[], ?::text[], ?::bigint[])
                   u(key, task, declared, definition, progress, due)
                on mine.key = u.key
             where s.key = mine.key
            returning s.id
            """;

    private final Surroundings surroundings;
    private final Pool pool;
    private final Desk desk;

    Schedules(Surroundings surroundings, Pool pool, Desk desk) {
        this.surroundings = surroundings;
        this.pool = pool;
        this.desk = desk;
    }

    @Override
    public boolean add(ScheduleEntry entry) {
        return desk.transact(tx -> {
            tx.tell(Notice.REQUESTS); // it may be the next that is due
            return ScheduleRows.add(tx::sql, entry);
        });
    }

    @Override
    public Set<String> change(List<ScheduleChange> changes) {
        changes.forEach(change -> UserTransactions.numberTasks(surroundings, pool, change.runs()));
        List<ScheduleChange> apart = changes.stream()
                .filter(change -> Conflicts.any(surroundings.tasks(), change.runs())
                        || PendingCaps.any(surroundings.tasks(), change.runs()))
                .toList();
        List<ScheduleChange> others = new ArrayList<>(changes);
        others.removeAll(apart);
        Set<String> changed = new HashSet<>();
        if (!others.isEmpty()) {
            changed.addAll(desk.transact(tx -> change(tx, others)));
        }
        @Nullable QueueFullException refusal = null;
        for (ScheduleChange change : apart) {
            try {
                changed.addAll(changeApart(change));
            } catch (QueueFullException e) {
                refusal = e;
            }
        }
        if (refusal != null && changed.isEmpty()) {
            throw refusal; // else it is found due again, and alone in the end
        }
        return changed;
    }

    /**
     * Its runs may end others, or end at once, or be too many. It may wait for transactions of users' that triggered there: so it locks no row but its own
     * meanwhile, and is one at a time.
     */
    private Set<String> changeApart(ScheduleChange change) {
        Set<String> changed = desk.request(tx -> change(tx, List.of(change)));
        Untold.tellAll(desk);
        return changed;
    }

    private static Set<String> change(Tx tx, List<ScheduleChange> changes) throws SQLException {
        Set<String> changed = changed(tx, changes);
        List<NewRun> runs = new ArrayList<>();
        for (ScheduleChange change : changes) {
            if (changed.contains(change.entry().id())) {
                runs.addAll(change.runs());
                if (change.runs().isEmpty()) {
                    tx.tell(Notice.REQUESTS); // it may be due earlier than before
                }
            }
        }
        if (!runs.isEmpty()) {
            PendingCaps.require(tx, runs);
            Conflicts.storeWithin(tx, runs);
        }
        return changed;
    }

    private static Set<String> changed(Tx tx, List<ScheduleChange> changes) throws SQLException {
        List<ScheduleEntry> entries =
                changes.stream().map(ScheduleChange::entry).toList();
        String[] keys = entries.stream().map(ScheduleEntry::key).toArray(String[]::new);
        return new HashSet<>(tx.sql(CHANGE)
                .setObject(tx.array("text", keys))
                .setObject(tx.array("text", Columns.texts(entries, ScheduleEntry::id)))
                .setObject(tx.array("int8", Columns.longs(entries, ScheduleEntry::version)))
                .setObject(tx.array("text", keys))
                .setObject(tx.array("text", Columns.texts(entries, ScheduleEntry::task)))
                .setObject(tx.array("int4", Columns.ints(entries, entry -> entry.declared() ? 1 : 0)))
                .setObject(tx.array("text", Columns.texts(entries, ScheduleEntry::definition)))
                .setObject(tx.array("text", Columns.texts(entries, ScheduleEntry::progress)))
                .setObject(tx.array("int8", Columns.nullable(entries, entry -> Times.microsOrNull(entry.due()))))
                .list(row -> row.getString(1)));
    }

    @Override
    public boolean remove(String id) {
        return desk.transact(tx -> ScheduleRows.remove(tx::sql, id));
    }

    @Override
    public Optional<ScheduleEntry> find(String key) {
        return pool.ask(database -> ScheduleRows.find(database::sql, key));
    }

    @Override
    public List<ScheduleEntry> list(@Nullable String task, String after, long skip, int limit) {
        return pool.ask(database -> ScheduleRows.list(database::sql, task, after, skip, limit));
    }

    @Override
    public long count(@Nullable String task) {
        return pool.ask(database -> ScheduleRows.count(database::sql, task));
    }

    @Override
    public List<ScheduleEntry> declared() {
        return pool.ask(database -> ScheduleRows.declared(database::sql));
    }

    @Override
    public List<ScheduleEntry> due(Instant by, int limit) {
        return pool.ask(database -> ScheduleRows.due(database::sql, by, limit));
    }
}
