package dev.errand.store.postgres;

import dev.errand.RunId;
import dev.errand.store.NoteStore;
import dev.errand.store.RunOptions;
import dev.errand.store.format.Documents;
import dev.errand.store.format.JsonReader;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What others than its body note on a run. Who does has the row locked by which the run is claimed and its reports are fenced, and after it that of the run,
 * which is all there is of one that has ended: in the order in which everybody locks them. The first leaves it dirty, so that whoever claims the run looks for notes.
 */
final class OutsideNotes implements NoteStore {
    private static final String RUN = """
            select r.task, r.name, r.tags, r.options, (select attempt from errand.outcome where run = r.id limit 1)
              from errand.run r
             where r.id = ?
               for no key update of r
            """;

    private static final String NOTED = "select metadata from errand.note where run = ?";
    private static final String OPTIONS = "select options from errand.run where id = ?";
    private static final String SET_TAGS = "update errand.run set tags = ? where id = ?";

    private static final String INSERT_TAGS = """
            insert into errand.tag (tag, run)
            select tag, ?::uuid from unnest(?::text[]) tag
                on conflict do nothing
            """;

    private static final String MARK = Whereabouts.update("dirty = true") + " and not dirty";

    /**
     * A run that nobody else changes until the transaction ends.
     *
     * @param place null once it has ended
     * @param attempt the last one made; 0 for none
     */
    private record Locked(
            RunId id,
            @Nullable Whereabouts place,
            int task,
            @Nullable String name,
            List<String> tags,
            RunOptions options,
            int attempt) {
        static Optional<Locked> of(Tx tx, RunId id) throws SQLException {
            Whereabouts place = Whereabouts.lock(tx, id);
            return tx.sql(RUN).setObject(Ids.uuid(id)).first(row -> read(row, id, place));
        }

        private static Locked read(ResultSet row, RunId id, @Nullable Whereabouts place) throws SQLException {
            return new Locked(
                    id,
                    place,
                    row.getInt(1),
                    row.getString(2),
                    JsonReader.texts(row.getString(3)),
                    Documents.options(row.getString(4)),
                    place == null ? row.getInt(5) : place.made());
        }

        /** Claims have passed the row over while it was locked. */
        void tell(Tx tx) {
            tx.events().noted(id, task, name, attempt, tx.now());
            if (place != null && place.claim() == 0 && place.position() != Whereabouts.NOT_DUE) {
                tx.tell(Notice.OLD_WORK);
            }
        }

        /** Whoever claims it looks for notes. */
        void mark(Tx tx) throws SQLException {
            if (place != null) {
                place.fillRow(tx.sql(MARK)).update();
            }
        }
    }

    private final Pool pool;
    private final Desk desk;

    OutsideNotes(Pool pool, Desk desk) {
        this.pool = pool;
        this.desk = desk;
    }

    /** What was noted of metadata; null if nothing was. */
    static @Nullable String noted(Tx tx, RunId run) throws SQLException {
        List<@Nullable String> noted = new ArrayList<>();
        tx.sql(NOTED).setObject(Ids.uuid(run)).each(row -> noted.add(row.getString(1)));
        return noted.isEmpty() ? null : noted.getFirst();
    }

    // ── tags

    @Override
    public Optional<List<String>> addTags(RunId run, List<String> tags, int most) {
        return desk.request(tx -> addTags(tx, run, tags, most));
    }

    private static Optional<List<String>> addTags(Tx tx, RunId id, List<String> tags, int most) throws SQLException {
        Locked run = Locked.of(tx, id).orElse(null);
        if (run == null) {
            return Optional.empty();
        }
        Set<String> all = new LinkedHashSet<>(run.tags());
        if (all.addAll(tags) && all.size() <= most) {
            tx.sql(SET_TAGS)
                    .set(Documents.tags(List.copyOf(all)))
                    .setObject(Ids.uuid(id))
                    .update();
            tx.sql(INSERT_TAGS)
                    .setObject(Ids.uuid(id))
                    .setObject(tx.array("text", tags.toArray(String[]::new)))
                    .update();
            run.tell(tx);
        }
        return Optional.of(List.copyOf(all));
    }

    // ── metadata

    @Override
    public boolean editMetadata(Map<RunId, Change> changes) {
        return desk.request(tx -> {
            boolean found = editMetadata(tx, new TreeMap<>(changes));
            if (!found) {
                tx.giveUp();
            }
            return found;
        });
    }

    private static boolean editMetadata(Tx tx, Map<RunId, Change> changes) throws SQLException {
        for (Map.Entry<RunId, Change> change : changes.entrySet()) {
            Locked run = Locked.of(tx, change.getKey()).orElse(null);
            if (run == null) {
                return false;
            }
            edit(tx, run, change.getValue());
        }
        return true;
    }

    private static void edit(Tx tx, Locked run, Change change) throws SQLException {
        String noted = noted(tx, run.id());
        String before = noted == null ? run.options().metadata() : noted;
        String after = change.of(before);
        if (after == null) {
            tx.giveUp();
        } else if (!after.equals(before)) {
            Notes.write(tx, run.id(), after, null);
            run.mark(tx);
            run.tell(tx);
        }
    }

    @Override
    public Optional<String> triggeredMetadata(RunId run) {
        return pool.ask(database -> database.sql(OPTIONS)
                .setObject(Ids.uuid(run))
                .first(row -> Documents.options(row.getString(1)))
                .map(RunOptions::metadata));
    }
}
