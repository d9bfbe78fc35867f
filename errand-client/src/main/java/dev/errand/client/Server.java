package dev.errand.client;

import dev.errand.StoreException;
import dev.errand.TypeRef;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A server, to be asked. A question that did not arrive is asked again until patience ends, and so is one that the server had no time for, if it says
 * that nothing was done; one that may have arrived only if it may be repeated. A server that has never answered is not waited for: then
 * the address is wrong, more likely.
 */
final class Server implements AutoCloseable {
    private static final int TOO_MANY = 429;
    private static final int AWAY = 503;

    private final URI base;
    private final @Nullable String key;
    private final Duration answerTimeout;
    private final Duration patience;
    private final HttpClient http;
    private volatile boolean met;
    private volatile boolean closed;

    Server(URI base, @Nullable String key, Duration connectTimeout, Duration answerTimeout, Duration patience) {
        this.base = base;
        this.key = key;
        this.answerTimeout = answerTimeout;
        this.patience = patience;
        this.http = HttpClient.newBuilder()
                .version(isEncrypted(base) ? HttpClient.Version.HTTP_2 : HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(connectTimeout)
                .build();
    }

    private static boolean isEncrypted(URI base) {
        return "https".equalsIgnoreCase(base.getScheme());
    }

    URI base() {
        return base;
    }

    Duration answerTimeout() {
        return answerTimeout;
    }

    // ── asking

    <T> T ask(Ask ask, Class<T> type) {
        return ok(answered(ask)).read(type);
    }

    <T> T ask(Ask ask, TypeRef<T> type) {
        return ok(answered(ask)).read(type);
    }

    /** Where the answer says nothing but that it is done. */
    void ask(Ask ask) {
        ok(answered(ask));
    }

    /** As {@link #ask(Ask, Class)}, by who can be interrupted. */
    <T> T await(Ask ask, Class<T> type) throws InterruptedException {
        return ok(send(ask)).read(type);
    }

    /** What it answered, whatever that is. */
    Reply answered(Ask ask) {
        try {
            return send(ask);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreException("Interrupted while the server was asked; it may have been done or not", e);
        }
    }

    Reply ok(Reply reply) {
        if (!reply.isOk()) {
            throw Refusal.error(base, reply);
        }
        return reply;
    }

    private Reply send(Ask ask) throws InterruptedException {
        Pauses pauses = new Pauses(patience);
        while (true) {
            try {
                HttpResponse<byte[]> response = sent(ask, null, BodyHandlers.ofByteArray());
                Reply reply = new Reply(response.statusCode(), response.headers(), response.body());
                if (!isWorthAnotherTry(ask, reply) || !pauses.pause(reply.headers())) {
                    return reply;
                }
            } catch (IOException e) {
                boolean arrived = !isUnsent(e);
                boolean again = arrived ? ask.repeatable() : met;
                if (closed || !again || !pauses.pause()) {
                    throw lost(e, arrived);
                }
            }
        }
    }

    /** The engine's own answers, such as that a queue is full, are no reason. */
    private static boolean isWorthAnotherTry(Ask ask, Reply reply) {
        boolean nothingDone = reply.status() == TOO_MANY;
        boolean maybeDone = reply.status() == AWAY && ask.repeatable();
        return (nothingDone || maybeDone) && Refusal.of(reply).told().isEmpty();
    }

    private static boolean isUnsent(IOException e) {
        return e instanceof ConnectException || e instanceof HttpConnectTimeoutException;
    }

    private StoreException lost(IOException e, boolean arrived) {
        String reason = reason(e);
        if (closed) {
            return new StoreException("This client of the server at %s is closed".formatted(base), e);
        }
        return arrived
                ? new StoreException(
                        "The server at %s did not answer (%s); it may have been done or not".formatted(base, reason), e)
                : new StoreException("No server answers at %s (%s); nothing was done".formatted(base, reason), e);
    }

    /** The library says little of why nothing could be connected to. */
    private static String reason(IOException e) {
        Throwable at = e;
        while (at.getMessage() == null && at.getCause() != null) {
            at = at.getCause();
        }
        return at.getMessage() == null ? at.getClass().getSimpleName() : at.getMessage();
    }

    // ── streams

    /** Asks once for an answer that comes bit by bit. */
    HttpResponse<InputStream> open(Ask ask, @Nullable String lastEvent) throws IOException, InterruptedException {
        return sent(ask, lastEvent, BodyHandlers.ofInputStream());
    }

    private <T> HttpResponse<T> sent(Ask ask, @Nullable String lastEvent, BodyHandler<T> handler)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(base + ask.path()))
                .timeout(answerTimeout.plus(ask.within()))
                .header("content-type", ask.type())
                .method(ask.method(), ask.body());
        if (key != null) {
            request.header("authorization", "Bearer " + key);
        }
        if (lastEvent != null) {
            request.header("last-event-id", lastEvent);
        }
        HttpResponse<T> response = http.send(request.build(), handler);
        met = true;
        return response;
    }

    boolean isClosed() {
        return closed;
    }

    /** Ends what is under way. */
    @Override
    public void close() {
        closed = true;
        http.shutdownNow();
    }
}
