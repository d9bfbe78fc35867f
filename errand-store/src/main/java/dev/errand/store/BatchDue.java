package dev.errand.store;

/**
 * What is to be done about a batch.
 *
 * @param failure a run has ended otherwise than well, and that is not written down yet
 * @param completion all runs have ended, and that is not written down yet
 */
public record BatchDue(boolean failure, boolean completion) {
    public static final BatchDue NOTHING = new BatchDue(false, false);
}
