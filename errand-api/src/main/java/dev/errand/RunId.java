package dev.errand;

import java.security.SecureRandom;
import java.time.Instant;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The name of a run, unique for ever and made by whoever triggers: a UUID of version 7 (RFC 9562), so that ids sort by the time
 * they were made. It prints as {@code run_} and 26 characters of Crockford's base 32, in lower case.
 *
 * @param high the upper 64 bits: 48 of Unix milliseconds, the version, 12 of a counter
 * @param low the lower 64 bits: the variant, 4 more bits of the counter, 58 random bits drawn once for each process
 */
public record RunId(long high, long low) implements Comparable<RunId> {
    /** No run's: all bits are zero. */
    public static final RunId NONE = new RunId(0, 0);

    private static final String PREFIX = "run_";
    private static final char[] DIGITS = "0123456789abcdefghjkmnpqrstvwxyz".toCharArray();
    private static final byte[] VALUES = values();

    private static final long RANDOM = new SecureRandom().nextLong() >>> 6;
    /** Milliseconds in the upper 48 bits, a counter in the lower 16: one number that only grows, also when the clock does not. */
    private static final AtomicLong LAST = new AtomicLong();

    /** A new id, greater than every id this process made before. Any thread. */
    public static RunId next() {
        return at(System.currentTimeMillis());
    }

    /** As {@link #next()}, made at this time if none was made later. */
    public static RunId next(Instant now) {
        return at(now.toEpochMilli());
    }

    private static RunId at(long millis) {
        long floor = millis << 16;
        long now = LAST.updateAndGet(last -> last < floor ? floor : last + 1);
        long high = (now & 0xFFFF_FFFF_FFFF_0000L) | 0x7000L | ((now >>> 4) & 0xFFFL);
        long low = 0x8000_0000_0000_0000L | ((now & 0xFL) << 58) | RANDOM;
        return new RunId(high, low);
    }

    /**
     * Reads an id as it prints, ignoring case.
     *
     * @throws IllegalArgumentException if the text is not a run id; the message shows what one looks like
     */
    public static RunId of(String text) {
        String lower = text.strip().toLowerCase(Locale.ROOT);
        if (lower.length() != PREFIX.length() + 26 || !lower.startsWith(PREFIX)) {
            throw notAnId(text);
        }
        long high = 0;
        long low = 0;
        for (int i = PREFIX.length(); i < lower.length(); i++) {
            char c = lower.charAt(i);
            int value = c < VALUES.length ? VALUES[c] : -1;
            if (value < 0 || (i == PREFIX.length() && value > 7)) {
                throw notAnId(text);
            }
            high = (high << 5) | (low >>> 59);
            low = (low << 5) | value;
        }
        return new RunId(high, low);
    }

    private static IllegalArgumentException notAnId(String text) {
        return new IllegalArgumentException(
                "'" + text + "' is not a run id; one looks like " + new RunId(0x0190_0000_0000_7000L, Long.MIN_VALUE));
    }

    /** When the id was made, to the millisecond, by the clock of the process that made it. */
    public Instant madeAt() {
        return Instant.ofEpochMilli(high >>> 16);
    }

    @Override
    public int compareTo(RunId other) {
        int byHigh = Long.compareUnsigned(high, other.high);
        return byHigh != 0 ? byHigh : Long.compareUnsigned(low, other.low);
    }

    @Override
    public String toString() {
        char[] text = new char[PREFIX.length() + 26];
        PREFIX.getChars(0, PREFIX.length(), text, 0);
        long high = this.high;
        long low = this.low;
        for (int i = text.length - 1; i >= PREFIX.length(); i--) {
            text[i] = DIGITS[(int) (low & 31)];
            low = (low >>> 5) | (high << 59);
            high >>>= 5;
        }
        return new String(text);
    }

    private static byte[] values() {
        byte[] values = new byte[128];
        Arrays.fill(values, (byte) -1);
        for (int i = 0; i < DIGITS.length; i++) {
            values[DIGITS[i]] = (byte) i;
        }
        return values;
    }
}
