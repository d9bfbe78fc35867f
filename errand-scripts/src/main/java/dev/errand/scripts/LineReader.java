package dev.errand.scripts;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** Reads lines of which each takes a bounded amount of memory, however long it is. */
final class LineReader {
    private static final int BUFFER = 16 * 1024;

    private final InputStream stream;
    private final int longest;
    private final byte[] buffer = new byte[BUFFER];
    private int position;
    private int limit;
    private String line = "";
    private boolean cut;

    /** @param longest how many bytes of a line are kept; the rest of it is dropped */
    LineReader(InputStream stream, int longest) {
        this.stream = stream;
        this.longest = longest;
    }

    /** Goes to the next line; false at the end. */
    boolean next() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        boolean any = false;
        cut = false;
        while (position < limit || fill()) {
            any = true;
            int end = position;
            while (end < limit && buffer[end] != '\n') {
                end++;
            }
            take(bytes, end - position);
            position = end;
            if (end < limit) {
                position++;
                break;
            }
        }
        line = text(bytes);
        return any;
    }

    private boolean fill() throws IOException {
        position = 0;
        limit = stream.read(buffer);
        return limit > 0;
    }

    private void take(ByteArrayOutputStream bytes, int count) {
        int kept = Math.min(count, longest - bytes.size());
        bytes.write(buffer, position, kept);
        cut |= kept < count;
    }

    private static String text(ByteArrayOutputStream bytes) {
        String text = bytes.toString(StandardCharsets.UTF_8);
        return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
    }

    /** The present line without its end. */
    String line() {
        return line;
    }

    /** Whether the end of the present line is lost. */
    boolean isCut() {
        return cut;
    }
}
