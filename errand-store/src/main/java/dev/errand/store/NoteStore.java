package dev.errand.store;

import dev.errand.RunId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What others than its body note on a run, in whatever state that is. Who does so has the run to himself until his commit: of two at the same time the
 * second finds what the first has left. With each change goes the event that something was noted.
 */
public interface NoteStore {
    /** Makes a run's metadata of what it is. Called within the transaction, and once more if that has to be repeated: it changes nothing else. */
    @FunctionalInterface
    interface Change {
        /**
         * What it is to be.
         *
         * @param json an object; null if the run has none
         * @return an object; the same for no change; null to break off, so that nothing is changed, also of other runs
         */
        @Nullable
        String of(@Nullable String json);
    }

    /**
     * Adds tags to those that a run has.
     *
     * @param most if it would have more, nothing is added
     * @return what it has then; or would have, if that is more than it may have; empty if there is no such run
     */
    Optional<List<String>> addTags(RunId run, List<String> tags, int most);

    /**
     * Changes the metadata of runs, all in one commit. A body that executes has metadata of its own, which is brought in as
     * {@link Report.Noted#metadataBefore()} says.
     *
     * @return false if there is no such run, of one of them; then nothing was changed
     */
    boolean editMetadata(Map<RunId, Change> changes);

    /** What the trigger of a run said of metadata, whatever was noted since; empty for nothing, and if there is no such run. */
    Optional<String> triggeredMetadata(RunId run);
}
