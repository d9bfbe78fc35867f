package dev.errand.server.stream;

import dev.errand.EventPart;
import dev.errand.LoggedEvent;
import dev.errand.json.ApiJson;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Server-sent events as they are written, to be sent together. */
final class Frames {
    static final String TYPE = "text/event-stream";

    private final StringBuilder text = new StringBuilder();

    /** What a part of the log tells. One without events is a heartbeat, which tells how far it was looked. */
    static Frames of(EventPart part) {
        Frames frames = new Frames();
        if (part.missed() > 0) {
            frames.add(null, "gap", Map.of("missed", part.missed()));
        }
        for (LoggedEvent logged : part.events()) {
            frames.add(logged.cursor(), logged.event().name(), logged.event());
        }
        return part.events().isEmpty() ? frames.heartbeat(part.cursor()) : frames;
    }

    /**
     * One more.
     *
     * @param id null if nothing is to be asked for after it
     * @param value is written as JSON
     */
    void add(@Nullable String id, String name, Object value) {
        if (id != null) {
            text.append("id: ").append(id).append('\n');
        }
        text.append("event: ").append(name.replaceAll("[\r\n]", " ")).append('\n');
        ApiJson.text(value).lines().forEach(line -> text.append("data: ").append(line).append('\n'));
        text.append('\n');
    }

    /**
     * What a client takes no notice of, but for where it is.
     *
     * @param id null if that is as before
     */
    Frames heartbeat(@Nullable String id) {
        text.append(":\n");
        if (id != null) {
            text.append("id: ").append(id).append('\n');
        }
        text.append('\n');
        return this;
    }

    /** Sends them, if there are any. */
    void send(OutputStream out) throws IOException {
        if (!text.isEmpty()) {
            out.write(text.toString().getBytes(StandardCharsets.UTF_8));
            out.flush();
        }
    }
}
