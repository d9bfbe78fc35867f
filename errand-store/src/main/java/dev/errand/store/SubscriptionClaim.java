package dev.errand.store;

/**
 * That a durable subscription is this node's.
 *
 * @param epoch grows with each node it becomes; who has an earlier one changes nothing any more
 * @param acknowledged how many events were acknowledged until then
 * @param cursor after what was passed
 */
public record SubscriptionClaim(String name, long epoch, long acknowledged, EventCursor cursor) {}
