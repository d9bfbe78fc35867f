package dev.errand;

import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A key by which a program shows a server who it is. What it shows is the key's secret, of which only a hash is kept, unless its owner signs
 * tokens with it.
 *
 * @param id unique for ever: {@code key_} and 16 letters and digits
 * @param name for people, 1 to 128 characters; need not be unique
 * @param signing who signs tokens for its owner to give away
 * @param start of the secret, by which its owner knows it again
 * @param lastUsedAt to the minute; null for never
 * @param revokedAt null for one that is good
 */
public record ApiKey(
        String id,
        String name,
        Role role,
        KeySigning signing,
        String start,
        Instant createdAt,
        @Nullable Instant lastUsedAt,
        @Nullable Instant revokedAt) {
    private static final int LONGEST_NAME = 128;

    public ApiKey {
        Objects.requireNonNull(role, "role");
        Objects.requireNonNull(signing, "signing");
        if (name.isBlank() || name.length() > LONGEST_NAME || name.indexOf('\0') >= 0) {
            throw new IllegalArgumentException(
                    "the name of a key has 1 to %d characters, none of them 0".formatted(LONGEST_NAME));
        }
    }

    /** Whether nobody revoked it. */
    public boolean isGood() {
        return revokedAt == null;
    }
}
