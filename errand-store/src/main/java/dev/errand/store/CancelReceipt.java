package dev.errand.store;

import dev.errand.CancelAnswer;

/**
 * What came of a cancel.
 *
 * @param holder the number of the node whose claim on the run the request was stored for; 0 if the run was not claimed
 * @param children whether children of the run were asked to stop that some node holds, this one perhaps
 */
public record CancelReceipt(CancelAnswer answer, long holder, boolean children) {
    /** Of a run none of whose children is held. */
    public CancelReceipt(CancelAnswer answer, long holder) {
        this(answer, holder, false);
    }
}
