package dev.errand.store;

import dev.errand.RunId;
import dev.errand.RunState;
import java.util.List;
import java.util.Map;

/**
 * @param ended how many runs have ended in which way
 * @param gone how many are not stored any more
 * @param open those that have not ended, in their order
 */
public record BatchCounts(Map<RunState, Integer> ended, int gone, List<RunId> open) {
    public BatchCounts {
        ended = Map.copyOf(ended);
        open = List.copyOf(open);
    }
}
