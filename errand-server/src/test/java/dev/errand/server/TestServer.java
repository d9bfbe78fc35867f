package dev.errand.server;

import dev.errand.Errand;
import dev.errand.Role;
import dev.errand.Task;
import dev.errand.testkit.TestErrand;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A server on an engine of the test kit, and a client that has a key. One for a test class does: {@code @AutoClose static final TestServer server
 * = TestServer.open(TASK)}. Classes with the tag {@value #STORES} are run on both stores.
 */
public final class TestServer implements AutoCloseable {
    /** The tag of tests of what is to hold whichever store it is: all but those about HTTP itself. */
    public static final String STORES = "stores";

    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final TestErrand test;
    private final ErrandServer server;
    private final String key;

    private TestServer(TestErrand test, ServerSettings settings) throws IOException {
        this.test = test;
        this.server = ErrandServer.start(test.errand(), settings.port(0));
        this.key = settings.keyless() ? "any" : key(Role.OPERATOR);
    }

    /** With keys, of which the client has an operator's. */
    public static TestServer open(Task<?, ?>... tasks) {
        return open(ServerSettings.standard(), tasks);
    }

    public static TestServer open(ServerSettings settings, Task<?, ?>... tasks) {
        TestErrand test =
                TestErrand.open(builder -> builder.store(TestStore.url()).tasks(tasks));
        try {
            return new TestServer(test, settings);
        } catch (IOException e) {
            test.close();
            throw new IllegalStateException(e);
        }
    }

    /** The engine behind it, and its clock. */
    public TestErrand test() {
        return test;
    }

    public Errand errand() {
        return test.errand();
    }

    public URI uri() {
        return server.uri();
    }

    /** A new one of that role. */
    public String key(Role role) {
        return errand().apiKeys().create(role.name(), role).secret();
    }

    /** Asks with the client's key. */
    public Reply get(String path) {
        return send("GET", path, null, key);
    }

    /**
     * Asks with the client's key.
     *
     * @param body null for none; the content type says JSON all the same, as clients have it
     */
    public Reply post(String path, @Nullable String body) {
        return send("POST", path, body, key);
    }

    /** @param key null for none */
    public Reply send(String method, String path, @Nullable String body, @Nullable String key) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(uri() + path))
                .timeout(PATIENCE)
                .header("content-type", "application/json")
                .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        return send(key == null ? request : request.header("authorization", "Bearer " + key));
    }

    /** For requests of the test's own; see {@link #uri()}. */
    public static Reply send(HttpRequest.Builder request) {
        try {
            HttpResponse<String> response = CLIENT.send(request.build(), BodyHandlers.ofString());
            return new Reply(response.statusCode(), response.headers(), response.body());
        } catch (IOException e) {
            throw new AssertionError("no answer: " + e, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** Ends the server, not the engine. */
    public void end() {
        server.close();
    }

    @Override
    public void close() {
        server.close();
        test.close();
    }
}
