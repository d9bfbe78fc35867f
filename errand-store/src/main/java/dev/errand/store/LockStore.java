package dev.errand.store;

import dev.errand.LockInfo;
import java.util.List;

/**
 * Locks, and the lines before them. Who stands first in a lock's line holds it, until it leaves the line or its node is no node any
 * more: from that moment on the next one holds it, who is told by {@link CommitListener#locks()}. All waiting is done elsewhere.
 */
public interface LockStore {
    /**
     * Puts this node at the end of a lock's line. Needs {@link Store#join}.
     *
     * @throws dev.errand.StoreException if it may stand there or not; {@link #places} tells later
     */
    LockAnswer request(LockRequest request);

    /**
     * Leaves the line: gives the lock back, or waits for it no longer.
     *
     * @return whether this node stood there until now, so that what it did while it stood first it did alone
     */
    boolean release(LockRequest request);

    /** Where this node stands. */
    List<LockPlace> places();

    /** Who holds locks, by their names. */
    List<LockInfo> holders();
}
