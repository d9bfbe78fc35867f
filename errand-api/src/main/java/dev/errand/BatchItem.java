package dev.errand;

import java.util.Objects;

/** One of the items of a batch that is filled bit by bit, see {@link Batches#fill}. */
public sealed interface BatchItem {
    /** Which one it is, from 0. */
    int index();

    /** One that is to become a run. */
    static BatchItem of(int index, TriggerRequest request) {
        return new Wanted(index, request);
    }

    /** One that is to become a run. */
    record Wanted(int index, TriggerRequest request) implements BatchItem {
        public Wanted {
            Objects.requireNonNull(request, "request");
        }
    }

    /**
     * One that cannot become a run, be it that who brings it says so.
     *
     * @param task as it was named
     * @param reason why, in words
     */
    record Refused(int index, String task, String reason) implements BatchItem {
        public Refused {
            Objects.requireNonNull(task, "task");
            Objects.requireNonNull(reason, "reason");
        }
    }
}
