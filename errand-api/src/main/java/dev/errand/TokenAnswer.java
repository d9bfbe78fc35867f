package dev.errand;

/** What came of completing a token. */
public enum TokenAnswer {
    /** It is completed, and durable; who waits for it goes on. */
    OK,
    /** It was completed before, or timed out: nothing was changed. */
    ENDED
}
