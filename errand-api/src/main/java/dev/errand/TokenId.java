package dev.errand;

import java.security.SecureRandom;
import java.util.Locale;

/**
 * The name of a token: 128 random bits, which nobody can guess. Who knows it may complete the token. It prints as {@code token_} and 26
 * characters, made as those of a {@link RunId} are. Over HTTP it is {@code waitpoint_} and the same characters.
 *
 * @param high the upper 64 bits
 * @param low the lower 64 bits
 */
public record TokenId(long high, long low) {
    private static final String PREFIX = "token_";
    private static final String OVER_HTTP = "waitpoint_";
    private static final String RUN = "run_";
    private static final SecureRandom RANDOM = new SecureRandom();

    /** A new id. Any thread. */
    public static TokenId random() {
        return new TokenId(RANDOM.nextLong(), RANDOM.nextLong());
    }

    /**
     * Reads an id as it prints, or as clients over HTTP have it, ignoring case.
     *
     * @throws IllegalArgumentException if the text is not a token's id
     */
    public static TokenId of(String text) {
        String lower = text.strip().toLowerCase(Locale.ROOT);
        String prefix = lower.startsWith(OVER_HTTP) ? OVER_HTTP : PREFIX;
        try {
            if (lower.startsWith(prefix)) {
                RunId id = RunId.of(RUN + lower.substring(prefix.length()));
                return new TokenId(id.high(), id.low());
            }
        } catch (IllegalArgumentException e) {
            // Said below.
        }
        throw new IllegalArgumentException(
                "that is not a token's id, which is '%s' and 26 letters and digits".formatted(PREFIX));
    }

    /** As clients over HTTP have it. */
    public String overHttp() {
        return OVER_HTTP + letters();
    }

    @Override
    public String toString() {
        return PREFIX + letters();
    }

    private String letters() {
        return new RunId(high, low).toString().substring(RUN.length());
    }
}
