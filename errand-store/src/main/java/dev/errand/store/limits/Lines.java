package dev.errand.store.limits;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.jspecify.annotations.Nullable;

/**
 * Numbers of the lines in which runs wait. A line is of a task in one queue, and of one key. A task's own line, without a key, has the
 * number of the task; in a named queue, a number from {@link #NAMED} on; with a key, 40 bits of the key's hash below that number, so
 * that the lines of all keys lie beside each other. Keys whose bits are the same share a line, and then their limits too.
 */
public final class Lines {
    /** The first number of a task in a named queue. */
    public static final int NAMED = 1 << 22;

    private static final int KEY_BITS = 40;
    private static final long KEY = (1L << KEY_BITS) - 1;

    private Lines() {}

    /** @param key as {@link #key} makes it; 0 for none */
    public static long of(int place, long key) {
        return key == 0 ? place : ((long) place << KEY_BITS) | key;
    }

    /** Of a task in one queue: the line's number without the key. */
    public static int place(long line) {
        return line <= KEY ? (int) line : (int) (line >>> KEY_BITS);
    }

    public static long keyOf(long line) {
        return line <= KEY ? 0 : line & KEY;
    }

    /** No line with a key of that place has a smaller number. */
    public static long firstKey(int place) {
        return (long) place << KEY_BITS;
    }

    /** No line with a key of that place has a greater number. */
    public static long lastKey(int place) {
        return firstKey(place) | KEY;
    }

    /** A key in 40 bits, never 0 unless there is none. */
    public static long key(@Nullable String key) {
        if (key == null) {
            return 0;
        }
        try {
            byte[] hash = MessageDigest.getInstance("MD5").digest(key.getBytes(StandardCharsets.UTF_8));
            long bits = 0;
            for (int i = 0; i < KEY_BITS / 8; i++) {
                bits = bits << 8 | (hash[i] & 0xff);
            }
            return bits == 0 ? 1 : bits;
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has MD5", e);
        }
    }
}
