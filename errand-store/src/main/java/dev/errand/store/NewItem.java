package dev.errand.store;

import dev.errand.BatchItem;
import dev.errand.RunId;

/** One of the items that are brought to an open batch. */
public sealed interface NewItem {
    /** Which one of the batch, from 0. */
    int index();

    /** The id of its run, which says that it is in the batch; of one that is refused an id that no run will have. */
    RunId run();

    /** To be stored, unless an earlier run answers for it. */
    record Wanted(int index, KeyedRun keyed) implements NewItem {
        @Override
        public RunId run() {
            return keyed.run().id();
        }
    }

    /** That is not to become a run. */
    record Refused(BatchItem.Refused item, RunId run) implements NewItem {
        @Override
        public int index() {
            return item.index();
        }
    }
}
