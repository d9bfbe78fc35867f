package dev.errand.client;

import dev.errand.Errand;
import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The engine behind a server, by the words of the library: what it gives is an {@link Errand} as any, which asks the server over HTTP. Immutable;
 * each method returns a changed copy.
 *
 * <pre>{@code
 * try (Errand errand = ErrandClient.connect(URI.create("https://errand.example.org"), key)) {
 *     Run<String> run = errand.trigger(WELCOME, new Welcome("ada@example.org"));
 *     String receipt = run.await(Duration.ofSeconds(30));
 * }
 * }</pre>
 *
 * <p>The tasks that are named there need no code here: a {@link dev.errand.Task} tells the types of payload and output. What takes an engine in this
 * process, such as to add code, to hold a lock or to take part in a transaction, throws {@link UnsupportedOperationException}, and says what to do
 * instead.
 */
public final class ErrandClient {
    private static final Duration CONNECT = Duration.ofSeconds(10);
    private static final Duration ANSWER = Duration.ofSeconds(60);
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final URI server;
    private final @Nullable String key;
    private final Duration connectTimeout;
    private final Duration answerTimeout;
    private final Duration patience;

    private ErrandClient(
            URI server, @Nullable String key, Duration connectTimeout, Duration answerTimeout, Duration patience) {
        this.server = server;
        this.key = key;
        this.connectTimeout = connectTimeout;
        this.answerTimeout = answerTimeout;
        this.patience = patience;
    }

    /**
     * Connects to a server. Nothing is asked of it yet: that it is there, and takes the key, shows at the first call.
     *
     * @param server where it is found, such as {@code http://127.0.0.1:7070}; with the path of a proxy's, if it has one
     * @param key the secret of a key of the store; null for a server on this machine that asks for none
     * @throws IllegalArgumentException if that is no address of a server
     */
    public static Errand connect(URI server, @Nullable String key) {
        ErrandClient client = to(server);
        return (key == null ? client : client.key(key)).connect();
    }

    /**
     * For everything that may be set.
     *
     * @throws IllegalArgumentException if that is no address of a server
     */
    public static ErrandClient to(URI server) {
        return new ErrandClient(Address.checked(server), null, CONNECT, ANSWER, PATIENCE);
    }

    /** The secret of a key of the store. */
    public ErrandClient key(String key) {
        return new ErrandClient(server, Address.checkedKey(key), connectTimeout, answerTimeout, patience);
    }

    /** How long a connection may take to come about: 10 s unless said otherwise. */
    public ErrandClient connectTimeout(Duration timeout) {
        return new ErrandClient(server, key, positive(timeout), answerTimeout, patience);
    }

    /** How long an answer may take, beside the time that a question waits by itself: 60 s unless said otherwise. */
    public ErrandClient answerTimeout(Duration timeout) {
        return new ErrandClient(server, key, connectTimeout, positive(timeout), patience);
    }

    /**
     * How long a question is sent again that nobody answered, or that the server had no time for: 30 s unless said otherwise; zero to send each
     * once. Only what changes nothing more when it is done twice is sent again once it may have arrived.
     */
    public ErrandClient patience(Duration patience) {
        if (patience.isNegative()) {
            throw new IllegalArgumentException("patience is " + patience + "; it is zero or more");
        }
        return new ErrandClient(server, key, connectTimeout, answerTimeout, patience);
    }

    private static Duration positive(Duration timeout) {
        if (!timeout.isPositive()) {
            throw new IllegalArgumentException("a timeout is " + timeout + "; it is more than zero");
        }
        return timeout;
    }

    /** Connects as was said; any number of times. Close what it gives. */
    public Errand connect() {
        return new RemoteErrand(new Server(server, key, connectTimeout, answerTimeout, patience));
    }
}
