package dev.errand;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** The keys of a store, by which programs show its servers who they are. Any thread may call it. */
public interface ApiKeys {
    /**
     * Makes a key.
     *
     * @param name for people, 1 to 128 characters
     * @throws IllegalArgumentException if that is no name
     */
    NewApiKey create(String name, Role role);

    /**
     * Makes a key whose owner has a server sign the tokens that he gives away: {@code tr_dev_sk_…}.
     *
     * @param name for people, 1 to 128 characters
     * @throws IllegalArgumentException if that is no name
     */
    NewApiKey createServerSigning(String name, Role role);

    /**
     * Makes a key whose owner signs tokens with it. So its secret is stored too, sealed: servers open it to check them, who reads the store cannot.
     *
     * @param name for people, 1 to 128 characters
     * @param seal makes of a secret what is stored of it, up to 1,000 characters that only servers can read
     * @throws IllegalArgumentException if that is no name
     */
    NewApiKey createOwnerSigning(String name, Role role, UnaryOperator<String> seal);

    /** All of them, those that were revoked included, the oldest first. */
    List<ApiKey> list();

    /**
     * The key that has this secret, and notes that it was used; empty if there is none, or it was revoked. Asked often, it goes by what the
     * store said within the last second.
     *
     * @throws StoreException also while so many others ask for keys that nobody knows that this one has to wait too long
     */
    Optional<ApiKey> find(String secret);

    /**
     * The key that has this id; empty if there is none, or it was revoked. Asked often, it goes by what the store said within the last second.
     *
     * @throws StoreException as {@link #find} does
     */
    Optional<SealedApiKey> withId(String id);

    /**
     * Has a key open nothing any more, at other servers within a second. One that is revoked stays so.
     *
     * @param id of the key
     * @return whether there is such a key
     */
    boolean revoke(String id);

    /**
     * Spends a token that is good for one use, for all servers on the store.
     *
     * @param token what tells it from all others
     * @param use what tells one use of it from the next; said again within a minute it is the same use, which had no answer
     * @param until when the token is worth nothing any more: so long it is remembered
     * @return whether it may be used: it was not spent, or for this very use
     */
    boolean spend(String token, String use, Instant until);

    /** Takes back that a token was spent, since what it was spent for was refused. Nothing once the use was said again, which may be the one that went through. */
    void unspend(String token, String use);
}
