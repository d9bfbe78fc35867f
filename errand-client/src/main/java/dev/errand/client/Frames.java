package dev.errand.client;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Reads server-sent events (HTML, 9.2): what is called so there is a frame here. */
final class Frames implements AutoCloseable {
    private final BufferedReader lines;

    /**
     * One of them. A frame without data only tells how far its reader is.
     *
     * @param id what to begin after if the connection is lost; null if that is as before
     * @param event what it is
     */
    record Frame(
            @Nullable String id, String event, @Nullable String data) {}

    Frames(InputStream bytes) {
        lines = new BufferedReader(new InputStreamReader(bytes, StandardCharsets.UTF_8));
    }

    /**
     * Waits for the next one.
     *
     * @return null at the end; what had begun by then is none
     */
    @Nullable
    Frame next() throws IOException {
        String id = null;
        String event = "message";
        StringBuilder data = null;
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.isEmpty()) {
                return new Frame(id, event, data == null ? null : data.toString());
            }
            String value = value(line);
            switch (name(line)) {
                case "id" -> id = value;
                case "event" -> event = value;
                case "data" ->
                    data = data == null
                            ? new StringBuilder(value)
                            : data.append('\n').append(value);
                default -> {} // a comment, or what somebody else understands
            }
        }
        return null;
    }

    private static String name(String line) {
        int colon = line.indexOf(':');
        return colon < 0 ? line : line.substring(0, colon);
    }

    private static String value(String line) {
        int colon = line.indexOf(':');
        String value = colon < 0 ? "" : line.substring(colon + 1);
        return value.startsWith(" ") ? value.substring(1) : value;
    }

    @Override
    public void close() throws IOException {
        lines.close();
    }
}
