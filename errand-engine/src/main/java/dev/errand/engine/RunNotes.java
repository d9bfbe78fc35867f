package dev.errand.engine;

import dev.errand.MetadataEdit;
import dev.errand.RunId;
import dev.errand.RunInfo;
import dev.errand.RunNotFoundException;
import dev.errand.StoreException;
import dev.errand.engine.json.Codec;
import dev.errand.engine.note.MetadataChange;
import dev.errand.store.NoteStore;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What is noted on runs from outside of their bodies. */
final class RunNotes {
    private static final int MOST_TAGS = 10;
    private static final int LONGEST_TAG = 128;
    private static final int MOST_TRIES = 3;

    private final NoteStore notes;
    private final Lookup lookup;
    private final Codec codec;

    RunNotes(NoteStore notes, Lookup lookup, Codec codec) {
        this.notes = notes;
        this.lookup = lookup;
        this.codec = codec;
    }

    // ── tags

    List<String> addTags(RunId run, String... tags) {
        for (String tag : tags) {
            if (tag.isEmpty() || tag.length() > LONGEST_TAG || tag.indexOf('\0') >= 0) {
                throw new IllegalArgumentException(
                        "a tag has 1 to %d characters and no NUL, this one %d".formatted(LONGEST_TAG, tag.length()));
            }
        }
        lookup.get(run); // or it throws that there is no such run
        List<String> all =
                notes.addTags(run, List.of(tags), MOST_TAGS).orElseThrow(() -> new RunNotFoundException(run));
        if (all.size() > MOST_TAGS) {
            throw new IllegalArgumentException(
                    "a run has at most %d tags; with these it would have %d, and none was added"
                            .formatted(MOST_TAGS, all.size()));
        }
        return all;
    }

    // ── metadata

    /** See {@link dev.errand.Run#editMetadata(List, List, List)}. A parent that is deleted meanwhile is none any more. */
    Map<String, Object> edit(RunId id, List<MetadataEdit> own, List<MetadataEdit> parents, List<MetadataEdit> roots) {
        for (int tries = 0; tries < MOST_TRIES; tries++) {
            RunInfo run = lookup.get(id);
            Map<RunId, List<MetadataEdit>> edits = new LinkedHashMap<>();
            put(edits, id, own);
            put(edits, parents.isEmpty() ? id : orElse(run.parent(), id), parents);
            put(edits, roots.isEmpty() ? id : orElse(run.root(), id), roots);
            Map<RunId, MetadataChange> changes = changes(edits);
            if (changes.isEmpty() || notes.editMetadata(Map.copyOf(changes))) {
                changes.values().forEach(MetadataChange::result); // or it throws why it could not be done
                MetadataChange change = changes.get(id);
                return change == null ? lookup.get(id).metadata() : change.result();
            }
        }
        throw new StoreException("Runs above %s are being deleted; ask again".formatted(id));
    }

    private static void put(Map<RunId, List<MetadataEdit>> edits, RunId run, List<MetadataEdit> more) {
        if (!more.isEmpty()) {
            edits.computeIfAbsent(run, any -> new ArrayList<>()).addAll(more);
        }
    }

    private RunId orElse(@Nullable RunId above, RunId run) {
        return above == null || lookup.known(above).isEmpty() ? run : above;
    }

    private Map<RunId, MetadataChange> changes(Map<RunId, List<MetadataEdit>> edits) {
        Map<RunId, MetadataChange> changes = new LinkedHashMap<>();
        edits.forEach((run, list) -> changes.put(run, new MetadataChange(run, list, codec)));
        return changes;
    }
}
