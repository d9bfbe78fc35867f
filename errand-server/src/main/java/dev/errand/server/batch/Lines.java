package dev.errand.server.batch;

import dev.errand.server.call.Problem;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** The lines of a body, as they come: no more of it is kept than one of them, and what was read ahead. */
final class Lines {
    /** In bytes, without its end. */
    static final int LONGEST = 3 * 1_024 * 1_024;

    private static final int BUFFER = 64 * 1_024;

    private final InputStream in;
    private final byte[] buffer = new byte[BUFFER];
    private int from;
    private int to;
    private int number;

    Lines(InputStream in) {
        this.in = in;
    }

    /**
     * The next line on which there is something; null after the last.
     *
     * @throws Problem 413 if it is too long
     * @throws IOException if the body broke off; what came of a line by then is no line
     */
    byte @Nullable [] next() throws IOException {
        byte[] line = read();
        while (line != null && isBlank(line)) {
            line = read();
        }
        return line;
    }

    private byte @Nullable [] read() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        boolean any = false;
        while (from < to || more()) {
            any = true;
            int end = end();
            if (line.size() + end - from > LONGEST) {
                throw Problem.of(
                        413, "Line %,d is too long: %,d bytes are taken at most".formatted(number + 1, LONGEST));
            }
            line.write(buffer, from, end - from);
            boolean ended = end < to;
            from = ended ? end + 1 : to;
            if (ended) {
                break;
            }
        }
        number++;
        return any ? line.toByteArray() : null;
    }

    private boolean more() throws IOException {
        from = 0;
        to = Math.max(0, in.read(buffer, 0, BUFFER));
        return to > 0;
    }

    /** Where the line ends, or what was read. */
    private int end() {
        int end = from;
        while (end < to && buffer[end] != '\n') {
            end++;
        }
        return end;
    }

    private static boolean isBlank(byte[] line) {
        for (byte character : line) {
            if (character != ' ' && character != '\t' && character != '\r') {
                return false;
            }
        }
        return true;
    }
}
