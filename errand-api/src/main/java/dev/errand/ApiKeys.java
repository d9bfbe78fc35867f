package dev.errand;

import java.util.List;
import java.util.Optional;

/** The keys of a store, by which programs show its servers who they are. Any thread may call it. */
public interface ApiKeys {
    /**
     * Makes a key.
     *
     * @param name for people, 1 to 128 characters
     * @throws IllegalArgumentException if that is no name
     */
    NewApiKey create(String name, Role role);

    /** All of them, those that were revoked included, the oldest first. */
    List<ApiKey> list();

    /**
     * The key that has this secret, and notes that it was used; empty if there is none, or it was revoked. Asked often, it goes by what the
     * store said within the last second.
     */
    Optional<ApiKey> find(String secret);

    /**
     * Has a key open nothing any more, at other servers within a second. One that is revoked stays so.
     *
     * @param id of the key
     * @return whether there is such a key
     */
    boolean revoke(String id);
}
