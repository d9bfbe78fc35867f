package dev.errand.store;

import dev.errand.Page;
import dev.errand.TokenId;
import dev.errand.TokenInfo;
import dev.errand.TokenQuery;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Tokens, and who waits for them. */
public interface TokenStore {
    /**
     * Stores a token. If its id is stored already, or its key is held by another, nothing is.
     *
     * @return the token that is stored then
     */
    TokenInfo create(NewToken token);

    /** How it stands, by the store's clock. Who is told that it timed out is right for good: nobody ends it afterwards. */
    Optional<TokenInfo> find(TokenId token);

    /**
     * Ends a token unless it has ended, and has those go on that wait for it.
     *
     * @param value JSON in UTF-8; null if it fails
     * @param error why it fails; null if it does not
     * @return whether this call has ended it: of many only one is told so, also where they bring the same value and the answer to a commit
     *     was lost; empty if there is none
     * @throws dev.errand.StoreException if the store could not be reached; the token may or may not have been ended
     */
    Optional<Boolean> end(TokenId token, byte @Nullable [] value, @Nullable String error);

    Page<TokenInfo> list(TokenQuery query);
}
