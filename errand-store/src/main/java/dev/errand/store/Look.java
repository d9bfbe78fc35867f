package dev.errand.store;

import java.time.Duration;
import java.time.Instant;

/**
 * What a node finds that looks after the store.
 *
 * @param concurrency what somebody wants it to have
 * @param recover whether {@link Store#recover} may find something: a node may have died, or a look at all claims is due
 * @param due when {@link Store#advance} will find something, as far as is known; an instant that has passed if it is to look now,
 *     {@link Instant#MAX} if there is nothing
 * @param again how soon to look again at the latest: another node is silent and may be dead by then, or nobody may look after the store any
 *     more; long if neither
 */
public record Look(int concurrency, boolean recover, Instant due, Duration again) {}
