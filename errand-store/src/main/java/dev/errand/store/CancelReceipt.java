package dev.errand.store;

import dev.errand.CancelAnswer;

/**
 * @param holder the number of the node whose claim on the run the request was stored for; 0 if the run was not claimed
 */
public record CancelReceipt(CancelAnswer answer, long holder) {}
