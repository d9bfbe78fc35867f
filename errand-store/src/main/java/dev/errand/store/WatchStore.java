package dev.errand.store;

import dev.errand.RunId;
import java.util.List;

/** Runs at which conditions of others look, each of which is to hear when they end; see {@link Report.Awaits#watched}. */
public interface WatchStore {
    /**
     * Has the claim's run hear of the next end of each of these, and if they are deleted: whatever somebody finds of them afterwards, no later
     * end is missed. Of those that have ended already it hears when they end once more, after a retry by hand. Those that do not exist are left
     * out.
     *
     * @return {@link Receipt#LOST} if the claim is held no more; then of some or all nothing was written
     * @throws dev.errand.StoreException if the store could not be reached, or a transaction of somebody else's that ends one of them stays open
     *     for long; to be asked again
     */
    Receipt watch(Claim claim, List<RunId> runs);

    /** Which of these have ended, or were deleted, since the run last watched them; in no order. */
    List<RunId> ended(RunId run, List<RunId> watched);
}
