package dev.errand;

import org.jspecify.annotations.Nullable;

/**
 * A key, and its secret as it was sealed for those who check what its owner signs.
 *
 * @param sealed null for a key whose owner signs nothing
 */
public record SealedApiKey(ApiKey key, @Nullable String sealed) {
    /** Without what was sealed, so that it comes into no log. */
    @Override
    public String toString() {
        return "SealedApiKey[" + key + "]";
    }
}
