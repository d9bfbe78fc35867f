package dev.errand.server.call;

import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A request to an endpoint, from somebody who may ask it. */
public final class Call {
    private final Head head;
    private final Map<String, String> parameters;
    private final @Nullable Caller caller;
    private final InputStream body;

    /**
     * @param parameters those of the path, decoded
     * @param caller null on routes that are open to everybody
     * @param body throws a {@link Problem} where it becomes too large
     */
    public Call(Head head, Map<String, String> parameters, @Nullable Caller caller, InputStream body) {
        this.head = head;
        this.parameters = parameters;
        this.caller = caller;
        this.body = body;
    }

    /** What stood where the route has this name in braces, decoded once. */
    public String parameter(String name) {
        String value = parameters.get(name);
        if (value == null) {
            throw new IllegalArgumentException("the route has no {" + name + "}");
        }
        return value;
    }

    /**
     * What stood there, read: {@code call.parameter("run", RunId::of)}.
     *
     * @param read throws an IllegalArgumentException for what cannot be one
     * @throws Problem 404: nothing can be there
     */
    public <T> T parameter(String name, Function<String, T> read) {
        try {
            return read.apply(parameter(name));
        } catch (IllegalArgumentException e) {
            throw Problem.notFound(String.valueOf(e.getMessage()));
        }
    }

    public Query query() {
        return head.query();
    }

    /** Null if it was not sent. */
    public @Nullable String header(String name) {
        return head.header(name);
    }

    /** Whether only the head of the answer goes out. What would wait for something answers at once then. */
    public boolean isHead() {
        return head.method().equals("HEAD");
    }

    /** Who asks. Not on routes that are open to everybody. */
    public Caller caller() {
        if (caller == null) {
            throw new IllegalStateException("a route that is open to everybody asks nobody who he is");
        }
        return caller;
    }

    /**
     * The body, a JSON object. Without a body an empty one, whatever the content type says.
     *
     * @throws Problem 400 if it is anything else, 413 if it is too large
     */
    public Fields json() throws IOException {
        return Fields.read(body.readAllBytes());
    }

    /** The body as it comes, for those that are too large to be kept. At most as many bytes as the route takes. */
    public InputStream body() {
        return body;
    }
}
