package dev.errand.store;

import dev.errand.RunId;
import dev.errand.TokenId;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A token about to be stored.
 *
 * @param run by whose body it is created; null for none
 * @param key under which there is to be but one; null for none
 */
public record NewToken(
        TokenId id,
        String name,
        @Nullable RunId run,
        List<String> tags,
        Instant createdAt,
        Instant timeoutAt,
        @Nullable Key key) {
    /**
     * A key of a token.
     *
     * @param text as its user wrote it, to be shown
     * @param until when it is free again
     */
    public record Key(KeyHash hash, String text, Instant until) {}
}
