package dev.errand.store;

import dev.errand.Failure;
import dev.errand.SubscriptionInfo;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * How far durable subscriptions have come in the log, and whose they are. A subscription is a node's until that releases it or is a node no
 * more. Then another may claim it, and with the epoch of its claim the one before is fenced out. Who waits for one is told by
 * {@link CommitListener#locks()} that somebody has released one; of those of dead nodes nobody tells.
 *
 * <p>Whatever deletes events from the log counts for each subscription in the same commit how many of them it had not passed.
 */
public interface SubscriptionStore {
    /**
     * Makes it, unless there is one of that name.
     *
     * @param wholeLog whether it begins with the oldest event in the log, rather than after all that is committed now
     */
    void create(String name, boolean wholeLog);

    /**
     * Claims it for this node, which needs {@link Store#join}. What was its claim before is none any more.
     *
     * @return empty if it is another node's that lives, or if there is none
     */
    Optional<SubscriptionClaim> claim(String name);

    /** Gives it back. Nothing if it is not held any more. */
    void release(SubscriptionClaim claim);

    /**
     * Passes events, all or none.
     *
     * @param passed in each stream no further than was read, and after what was passed before
     * @param acknowledged how many were acknowledged since there is this subscription
     * @return whether it was held; if not, nothing was changed
     * @throws dev.errand.StoreException if the store could not be reached; the same may be said again
     */
    boolean pass(SubscriptionClaim claim, List<EventPassage> passed, long acknowledged);

    /**
     * How many events were deleted before they were passed, of which it was not {@linkplain #told told} yet.
     *
     * @return empty if it is not held any more
     */
    OptionalLong lost(SubscriptionClaim claim);

    /** Counts that it was told of that many. Answers whether it was held. */
    boolean told(SubscriptionClaim claim, long lost);

    /** Counts a call that threw something. Answers whether it was held. */
    boolean failed(SubscriptionClaim claim, Failure failure);

    Optional<SubscriptionInfo> find(String name);

    /** All, by name. */
    List<SubscriptionInfo> list();

    /** Answers whether there was one. Its claim is held no more. */
    boolean remove(String name);

    /** Who is told over HTTP of what servers read by a subscription. */
    WebhookTargetStore targets();
}
