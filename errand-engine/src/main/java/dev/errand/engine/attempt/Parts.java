package dev.errand.engine.attempt;

import java.util.Arrays;

/**
 * Two things in one frame: JSON, a zero byte, which JSON has none of, and bytes.
 *
 * @param head the JSON
 */
record Parts(byte[] head, byte[] rest) {
    static Parts of(byte[] frame) {
        int end = 0;
        while (frame[end] != 0) {
            end++;
        }
        return new Parts(Arrays.copyOf(frame, end), Arrays.copyOfRange(frame, end + 1, frame.length));
    }

    byte[] frame() {
        byte[] both = Arrays.copyOf(head, head.length + 1 + rest.length);
        System.arraycopy(rest, 0, both, head.length + 1, rest.length);
        return both;
    }
}
