package dev.errand;

import java.time.Instant;
import java.util.Locale;

/**
 * The name of a batch, unique for ever. It prints as {@code batch_} and 26 characters, made as those of a {@link RunId} are.
 *
 * @param high the upper 64 bits
 * @param low the lower 64 bits
 */
public record BatchId(long high, long low) {
    private static final String PREFIX = "batch_";
    private static final String RUN = "run_";

    /** A new id. Any thread. */
    public static BatchId next(Instant now) {
        RunId id = RunId.next(now);
        return new BatchId(id.high(), id.low());
    }

    /**
     * Reads an id as it prints, ignoring case.
     *
     * @throws IllegalArgumentException if the text is not a batch's id; the message shows what one looks like
     */
    public static BatchId of(String text) {
        String lower = text.strip().toLowerCase(Locale.ROOT);
        try {
            if (lower.startsWith(PREFIX)) {
                RunId id = RunId.of(RUN + lower.substring(PREFIX.length()));
                return new BatchId(id.high(), id.low());
            }
        } catch (IllegalArgumentException e) {
            // Said below.
        }
        throw new IllegalArgumentException("'" + text + "' is not a batch's id; one looks like "
                + new BatchId(0x0190_0000_0000_7000L, Long.MIN_VALUE));
    }

    @Override
    public String toString() {
        return PREFIX + new RunId(high, low).toString().substring(RUN.length());
    }
}
