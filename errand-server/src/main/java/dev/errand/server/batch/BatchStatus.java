package dev.errand.server.batch;

import dev.errand.BatchInfo;

/** How a batch stands, in the words of clients. */
enum BatchStatus {
    /** Items are still to come. */
    PENDING,
    /** Runs of it have not ended. */
    PROCESSING,
    /** All have, however they did. */
    COMPLETED,
    /** Likewise, and some items became no runs. */
    PARTIAL_FAILED,
    /** Items did not come in time. */
    ABORTED;

    static BatchStatus of(BatchInfo batch) {
        if (!batch.isSealed()) {
            return batch.isGivenUp() ? ABORTED : PENDING;
        }
        if (batch.ended() < batch.size()) {
            return PROCESSING;
        }
        return batch.refused().isEmpty() ? COMPLETED : PARTIAL_FAILED;
    }
}
