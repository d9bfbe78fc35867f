package dev.errand.store;

import dev.errand.ApiKey;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Keys by which programs show a server who they are, each with the SHA-256 of its secret. */
public interface ApiKeyStore {
    /** Stores a new one. One whose id is stored already is left as it is, so that the same may be sent again. */
    void create(ApiKey key, byte[] hash);

    /** The key of a secret by its hash, whether it was revoked or not. */
    Optional<ApiKey> find(byte[] hash);

    /** All, the oldest first. */
    List<ApiKey> list();

    /** Notes that one was used at that time, unless it is noted that it was later. Nothing if there is none. */
    void used(String id, Instant at);

    /** Revokes one, by the store's clock; one that is revoked is left as it is. Answers whether there is one. */
    boolean revoke(String id);
}
