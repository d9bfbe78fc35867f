package dev.errand.store;

/** Hears that something was committed; called on a thread of the store's, so return at once. */
public interface CommitListener {
    /**
     * There are new events.
     *
     * @param foreign whether another process wrote them, or may have
     */
    void events(boolean foreign);

    /**
     * Another process asks something of this node, or may have: a cancel, another concurrency, a due time that is nearer than the
     * nearest it knew. {@link Store#beat}, {@link Store#cancelRequests} and {@link Store#advance} tell.
     */
    void requests();

    /** A lock may be this node's that it waits for, or a subscription free; {@link LockStore#places} and {@link SubscriptionStore#claim} tell. */
    default void locks() {}

    /**
     * Values may have changed, here or in another process; {@link ValueStore#find(List)} tells. Of what others do, and of transactions of users',
     * only a process may hear that has {@linkplain Store#join joined}.
     */
    default void values() {}
}
