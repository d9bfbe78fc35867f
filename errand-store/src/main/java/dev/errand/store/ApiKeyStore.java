package dev.errand.store;

import dev.errand.ApiKey;
import dev.errand.SealedApiKey;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Keys by which programs show a server who they are, each with the SHA-256 of its secret; and which tokens for one use are spent. */
public interface ApiKeyStore {
    /** How long a use that is said again is the same use. */
    Duration SAME_USE = Duration.ofMinutes(1);

    /** Stores a new one. One whose id is stored already is left as it is, so that the same may be sent again. */
    void create(SealedApiKey key, byte[] hash);

    /** The key of a secret by its hash, whether it was revoked or not. */
    Optional<ApiKey> find(byte[] hash);

    /** The key of that id, whether it was revoked or not. */
    Optional<SealedApiKey> withId(String id);

    /** All, the oldest first. */
    List<ApiKey> list();

    /** Notes that one was used at that time, unless it is noted that it was later. Nothing if there is none. */
    void used(String id, Instant at);

    /** Revokes one, by the store's clock; one that is revoked is left as it is. Answers whether there is one. */
    boolean revoke(String id);

    /**
     * Notes that a token is spent, and forgets those that were to be remembered until earlier than now.
     *
     * @param token 32 bytes: a hash of it
     * @param use 32 bytes: a hash of what tells this use from others
     * @return whether nobody else had spent it; the same use had not for longer than {@link #SAME_USE}
     */
    boolean spend(byte[] token, byte[] use, Instant until);

    /** Forgets that a token was spent for a use that was said once. */
    void unspend(byte[] token, byte[] use);
}
