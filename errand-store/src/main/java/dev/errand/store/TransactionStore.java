package dev.errand.store;

import java.util.Optional;

/** Transactions in which code of users' writes to the store's database, and with it what is known of the step which that code is. */
public interface TransactionStore {
    /**
     * Begins one, on a connection that nobody else uses. Waits for a free one, or for the right to write.
     *
     * @throws dev.errand.StoreException if the database cannot be reached, or others have kept it locked for too long
     * @throws InterruptedException if the thread was interrupted while it waited
     */
    StoreTransaction begin() throws InterruptedException;

    /**
     * Finds out what became of a commit that failed or whose answer was lost. It waits for the transaction's end, should the database still be
     * at it, and until the answer is durable.
     *
     * @param step as {@link StoreTransaction#commit} was given it
     * @return {@link Receipt#RECORDED} if it was committed; empty if it never will be, and the claim is held; {@link Receipt#LOST} if it
     *     never will be, and the claim is held no more
     * @throws dev.errand.StoreException if the store cannot be reached: ask again
     */
    Optional<Receipt> settle(Report.Journaled step);
}
