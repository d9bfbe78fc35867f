package dev.errand.store.sqlite;

import dev.errand.QueueFullException;
import dev.errand.store.NewRun;
import dev.errand.store.ScheduleChange;
import dev.errand.store.ScheduleEntry;
import dev.errand.store.ScheduleStore;
import dev.errand.store.format.Times;
import dev.errand.store.sql.ScheduleRows;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Schedules: a change is one command of the writer's, so that no other comes between. */
final class Schedules implements ScheduleStore {
    private static final String SCHEMA = "errand.";

    private static final String CHANGE = """
            update schedule
               set task = ?, declared = ?, definition = ?, progress = ?, due = ?, version = version + 1
             where key = ? and id = ? and version = ?
            """;

    private final Writer writer;
    private final Readers readers;

    Schedules(Writer writer, Readers readers) {
        this.writer = writer;
        this.readers = readers;
    }

    /** The statements that all stores share name a schema, of which there is none here. */
    static ScheduleRows.Statements on(Database database) {
        return text -> database.sql(text.replace(SCHEMA, ""));
    }

    @Override
    public boolean add(ScheduleEntry entry) {
        return writer.call(tx -> {
            tx.wake(); // it may be the next that is due
            return ScheduleRows.add(on(tx.database()), entry);
        });
    }

    @Override
    public Set<String> change(List<ScheduleChange> changes) {
        return writer.call(tx -> change(tx, changes));
    }

    private static Set<String> change(Tx tx, List<ScheduleChange> changes) throws SQLException {
        Set<String> changed = new HashSet<>();
        @Nullable QueueFullException refusal = null;
        for (ScheduleChange change : changes) {
            try {
                if (change(tx, change)) {
                    changed.add(change.entry().id());
                }
            } catch (QueueFullException e) {
                refusal = e;
            }
        }
        if (refusal != null && changed.isEmpty()) {
            throw refusal; // else it is found due again, and alone in the end
        }
        return changed;
    }

    private static boolean change(Tx tx, ScheduleChange change) throws SQLException {
        List<NewRun> runs = change.runs();
        if (PendingCaps.any(tx, runs) && isAsRead(tx, change.entry())) {
            Enqueueing.requireRoom(tx, runs);
        }
        boolean changed = change(tx, change.entry());
        if (changed && runs.isEmpty()) {
            tx.wake(); // it may be due earlier than before
        } else if (changed) {
            Enqueueing.enqueueAnyway(tx, runs);
        }
        return changed;
    }

    private static boolean isAsRead(Tx tx, ScheduleEntry entry) throws SQLException {
        return ScheduleRows.find(on(tx.database()), entry.key())
                .filter(now -> now.id().equals(entry.id()) && now.version() == entry.version())
                .isPresent();
    }

    private static boolean change(Tx tx, ScheduleEntry entry) throws SQLException {
        return tx.sql(CHANGE)
                        .set(entry.task())
                        .set(entry.declared() ? 1L : 0L)
                        .set(entry.definition())
                        .set(entry.progress())
                        .set(Times.microsOrNull(entry.due()))
                        .set(entry.key())
                        .set(entry.id())
                        .set(entry.version())
                        .update()
                > 0;
    }

    @Override
    public boolean remove(String id) {
        return writer.call(tx -> ScheduleRows.remove(on(tx.database()), id));
    }

    @Override
    public Optional<ScheduleEntry> find(String key) {
        return readers.ask(database -> ScheduleRows.find(on(database), key));
    }

    @Override
    public List<ScheduleEntry> list(@Nullable String task, String after, long skip, int limit) {
        return readers.ask(database -> ScheduleRows.list(on(database), task, after, skip, limit));
    }

    @Override
    public long count(@Nullable String task) {
        return readers.ask(database -> ScheduleRows.count(on(database), task));
    }

    @Override
    public List<ScheduleEntry> declared() {
        return readers.ask(database -> ScheduleRows.declared(on(database)));
    }

    @Override
    public List<ScheduleEntry> due(Instant by, int limit) {
        return readers.ask(database -> ScheduleRows.due(on(database), by, limit));
    }
}
