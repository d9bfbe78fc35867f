package dev.errand.store.sqlite;

import dev.errand.RunId;
import dev.errand.store.NoteStore;
import dev.errand.store.RunOptions;
import dev.errand.store.format.Documents;
import dev.errand.store.format.JsonReader;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What others than its body note on a run. One writes at a time, so each finds what the one before has left. */
final class OutsideNotes implements NoteStore {
    private static final String TAGS = "select tags from run where number = ?";
    private static final String SET_TAGS = "update run set tags = ? where number = ?";
    private static final String INSERT_TAG = "insert into tag (tag, run) values (?, ?) on conflict do nothing";
    private static final String NOTED = "select metadata from note where run = ?";
    private static final String OPTIONS = "select options from run where id = ?";

    private final Writer writer;
    private final Readers readers;

    OutsideNotes(Writer writer, Readers readers) {
        this.writer = writer;
        this.readers = readers;
    }

    /** What was noted of metadata; null if nothing was. */
    static @Nullable String noted(Tx tx, long run) throws SQLException {
        List<@Nullable String> noted = new ArrayList<>();
        tx.sql(NOTED).set(run).each(row -> noted.add(row.getString(1)));
        return noted.isEmpty() ? null : noted.getFirst();
    }

    private static void tell(Tx tx, Requests.Row run) {
        tx.events().noted(run.id(), run.task(), run.name(), run.made(), tx.now());
    }

    // ── tags

    @Override
    public Optional<List<String>> addTags(RunId run, List<String> tags, int most) {
        return writer.call(tx -> addTags(tx, run, tags, most));
    }

    private static Optional<List<String>> addTags(Tx tx, RunId id, List<String> tags, int most) throws SQLException {
        Requests.Row run = Requests.find(tx, id);
        if (run == null) {
            return Optional.empty();
        }
        Set<String> all = new LinkedHashSet<>();
        tx.sql(TAGS).set(run.number()).each(row -> all.addAll(JsonReader.texts(row.getString(1))));
        if (all.addAll(tags) && all.size() <= most) {
            tx.sql(SET_TAGS)
                    .set(Documents.tags(List.copyOf(all)))
                    .set(run.number())
                    .update();
            for (String tag : tags) {
                tx.sql(INSERT_TAG).set(tag).set(run.number()).update();
            }
            tell(tx, run);
        }
        return Optional.of(List.copyOf(all));
    }

    // ── metadata

    @Override
    public boolean editMetadata(Map<RunId, Change> changes) {
        return writer.call(tx -> editMetadata(tx, changes));
    }

    /** Nothing is written before all is known: others share the transaction. */
    private static boolean editMetadata(Tx tx, Map<RunId, Change> changes) throws SQLException {
        Map<Requests.Row, String> written = new HashMap<>();
        boolean brokenOff = false;
        for (Map.Entry<RunId, Change> change : changes.entrySet()) {
            Requests.Row run = Requests.find(tx, change.getKey());
            if (run == null) {
                return false;
            }
            String before = present(tx, run);
            String after = change.getValue().of(before);
            if (after == null) {
                brokenOff = true;
            } else if (!after.equals(before)) {
                written.put(run, after);
            }
        }
        if (!brokenOff) {
            write(tx, written);
        }
        return true;
    }

    private static @Nullable String present(Tx tx, Requests.Row run) throws SQLException {
        String noted = noted(tx, run.number());
        return noted == null ? triggered(tx.database(), run.id()).orElse(null) : noted;
    }

    private static void write(Tx tx, Map<Requests.Row, String> written) throws SQLException {
        for (Map.Entry<Requests.Row, String> metadata : written.entrySet()) {
            Noting.write(tx, metadata.getKey().number(), metadata.getValue(), null);
            tell(tx, metadata.getKey());
        }
    }

    @Override
    public Optional<String> triggeredMetadata(RunId run) {
        return readers.ask(database -> triggered(database, run));
    }

    private static Optional<String> triggered(Database database, RunId run) throws SQLException {
        return database.sql(OPTIONS)
                .set(Ids.bytes(run))
                .first(row -> Documents.options(row.getString(1)))
                .map(RunOptions::metadata);
    }
}
