package dev.errand;

/** Hears that a durable subscription has a gap: events were deleted from the log before it was handed them. */
@FunctionalInterface
public interface MissedListener {
    /**
     * Called before the events that follow the gap. When it throws, it is called again as of the subscription's {@link SubscriptionOptions#retry()};
     * after a crash, perhaps once more.
     *
     * @param events how many events the log has lost since the last that the subscription has passed, whether or not its filter would have let
     *     them pass; at least 1
     */
    void missed(long events) throws Exception;
}
