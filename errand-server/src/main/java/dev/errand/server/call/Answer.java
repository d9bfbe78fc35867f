package dev.errand.server.call;

import java.io.IOException;
import java.io.OutputStream;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What is answered. Immutable; a header added gives a changed copy.
 *
 * @param headers by name, besides those about the body
 */
public record Answer(int status, Map<String, String> headers, Body body) {
    /** What follows the head. */
    public sealed interface Body {}

    /**
     * A value that becomes JSON: a record, a map, a list. Components that are null are left out.
     */
    public record Value(Object value) implements Body {}

    /** Bytes as they are. */
    public record Bytes(String contentType, byte[] bytes) implements Body {}

    /** What is written bit by bit, as long as it takes. */
    public record Stream(String contentType, Writer writer) implements Body {}

    /** Writes a stream, on the call's thread; what it flushes goes out at once. */
    @FunctionalInterface
    public interface Writer {
        /** @throws IOException also once the caller has gone */
        void write(OutputStream out) throws IOException, InterruptedException;
    }

    /** 200 with JSON: a record, a map, a list. */
    public static Answer json(Object value) {
        return json(200, value);
    }

    public static Answer json(int status, Object value) {
        return new Answer(status, Map.of(), new Value(value));
    }

    public static Answer bytes(String contentType, byte[] bytes) {
        return new Answer(200, Map.of(), new Bytes(contentType, bytes));
    }

    /** Nothing but a head, 204. */
    public static Answer nothing() {
        return new Answer(204, Map.of(), new Bytes("", new byte[0]));
    }

    public static Answer stream(String contentType, Writer writer) {
        return new Answer(200, Map.of(), new Stream(contentType, writer));
    }

    /** The same with a header more. */
    public Answer header(String name, String value) {
        Map<String, String> all = new LinkedHashMap<>(headers);
        all.put(name, value);
        return new Answer(status, Map.copyOf(all), body);
    }
}
