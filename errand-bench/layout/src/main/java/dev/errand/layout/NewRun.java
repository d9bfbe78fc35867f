package dev.errand.layout;

import dev.errand.RunId;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A run to be stored, due at once.
 *
 * @param number its place in the tally; in its payload, too
 * @param priority seconds of head start
 * @param key what it is limited by; null for no limit
 * @param created in microseconds
 */
record NewRun(
        RunId id,
        int number,
        int task,
        int priority,
        @Nullable String key,
        long created) {
    /** Without limits. */
    static final int PLAIN = 1;
    /** Of which one run of a key may execute at a time. */
    static final int KEYED = 2;
    /** That wants a tag which none of the nodes has. */
    static final int ELSEWHERE = 3;

    /** Without limits, and of tags that the nodes have. */
    static final List<Integer> TASKS_HERE = List.of(PLAIN);

    private static final int AT = 6;
    private static final int DIGITS = 9;
    /** About 120 bytes of JSON. */
    static final String PAYLOAD = "{\"n\":\"000000000\",\"email\":\"ada.lovelace@example.org\",\"subject\":\"Welcome\","
            + "\"template\":\"welcome-email-2\",\"retry\":true}";

    private static final byte[] BYTES = PAYLOAD.getBytes(StandardCharsets.UTF_8);

    /** Its place in the line: when it is due, less its head start. */
    long position() {
        return created - priority * 1_000_000L;
    }

    /** For tables of runs that all have one. */
    String requireKey() {
        if (key == null) {
            throw new IllegalStateException("run " + id + " has no key");
        }
        return key;
    }

    /** With its number. */
    byte[] payload() {
        byte[] payload = BYTES.clone();
        int rest = number;
        for (int at = AT + DIGITS - 1; at >= AT; at--) {
            payload[at] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        return payload;
    }

    /** What a body here does: reads the number. */
    static int number(byte[] payload) {
        int number = 0;
        for (int at = AT; at < AT + DIGITS; at++) {
            number = number * 10 + payload[at] - '0';
        }
        return number;
    }
}
