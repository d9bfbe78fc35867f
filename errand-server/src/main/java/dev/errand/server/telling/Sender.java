package dev.errand.server.telling;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.client.BytesRequestContent;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.InputStreamResponseListener;
import org.eclipse.jetty.client.Response;
import org.eclipse.jetty.http.HttpCookieStore;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.util.SocketAddressResolver;
import org.eclipse.jetty.util.thread.ScheduledExecutorScheduler;
import org.eclipse.jetty.util.thread.Scheduler;
import org.eclipse.jetty.util.thread.VirtualThreadPool;
import org.jspecify.annotations.Nullable;

/** Posts to strangers: never for long, never elsewhere than asked, and of what they answer only the start is read. Begins with its first use. */
final class Sender implements AutoCloseable {
    private static final Duration CONNECT = Duration.ofSeconds(5);
    /** From the look for its address to the end of its answer. */
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private static final Duration IDLE = Duration.ofSeconds(60);
    private static final int KEPT = 1_024;
    private static final int CONNECTIONS = 8;

    /**
     * What was answered.
     *
     * @param retryAfter the header as it came; null for none
     * @param start of the body, in one line
     */
    record Answer(int status, @Nullable String retryAfter, String start) {}

    private final boolean toPrivate;
    private @Nullable HttpClient client;
    private boolean closed;

    Sender(boolean toPrivate) {
        this.toPrivate = toPrivate;
    }

    /**
     * Posts JSON.
     *
     * @throws BlockedAddressException if that is an address to which nothing is sent
     * @throws IOException if there was no answer
     */
    Answer post(URI url, Map<String, String> headers, byte[] body) throws IOException, InterruptedException {
        try (InputStreamResponseListener listener = new InputStreamResponseListener()) {
            client().POST(url)
                    .timeout(LIMIT.toMillis(), TimeUnit.MILLISECONDS)
                    .agent("Errand")
                    .headers(all -> headers.forEach((name, value) -> all.put(name, value)))
                    .body(new BytesRequestContent("application/json", body))
                    .send(listener);
            Response response = listener.get(LIMIT.plus(CONNECT).toMillis(), TimeUnit.MILLISECONDS);
            String retryAfter = response.getHeaders().get(HttpHeader.RETRY_AFTER);
            return new Answer(response.getStatus(), retryAfter, start(listener));
        } catch (ExecutionException e) {
            throw failed(e.getCause() == null ? e : e.getCause());
        } catch (TimeoutException e) {
            throw failed(e);
        }
    }

    /** The status says what is to be known: whatever becomes of the rest does not matter. */
    private static String start(InputStreamResponseListener listener) {
        try (InputStream body = listener.getInputStream()) {
            return new String(body.readNBytes(KEPT), StandardCharsets.UTF_8).replaceAll("\\p{Cntrl}+", " ");
        } catch (IOException e) {
            return "";
        }
    }

    private static IOException failed(Throwable cause) {
        for (Throwable each = cause; each != null; each = each.getCause()) {
            if (each instanceof BlockedAddressException blocked) {
                return blocked;
            }
        }
        if (cause instanceof TimeoutException) {
            return new IOException("no answer within %d s".formatted(LIMIT.toSeconds()), cause);
        }
        return new IOException("no answer: " + cause, cause);
    }

    private synchronized HttpClient client() throws IOException {
        if (closed) {
            throw new IOException("the server ends");
        }
        HttpClient ready = client;
        if (ready == null) {
            ready = started();
            client = ready;
        }
        return ready;
    }

    private HttpClient started() throws IOException {
        VirtualThreadPool threads = new VirtualThreadPool();
        threads.setName("errand-webhooks");
        Scheduler scheduler = new ScheduledExecutorScheduler("errand-webhook-times", true);
        SocketAddressResolver names = new SocketAddressResolver.Async(threads, scheduler, CONNECT.toMillis());
        HttpClient made = new HttpClient();
        made.setExecutor(threads);
        made.setScheduler(scheduler);
        made.setSocketAddressResolver(toPrivate ? names : new PublicNames(names));
        made.setFollowRedirects(false);
        made.setConnectTimeout(CONNECT.toMillis());
        made.setIdleTimeout(LIMIT.toMillis());
        made.setDestinationIdleTimeout(IDLE.toMillis());
        made.setMaxConnectionsPerDestination(CONNECTIONS);
        made.setHttpCookieStore(new HttpCookieStore.Empty());
        try {
            made.start();
        } catch (Exception e) {
            throw new IOException("The client of webhook targets does not start: " + e.getMessage(), e);
        }
        made.getContentDecoderFactories().clear(); // nothing is asked to be packed, so nothing is unpacked
        return made;
    }

    /** Whether what fails now fails since this ends. */
    synchronized boolean isClosed() {
        return closed;
    }

    /** Breaks off what is under way. */
    @Override
    public void close() throws IOException {
        HttpClient last;
        synchronized (this) {
            closed = true;
            last = client;
            client = null;
        }
        try {
            if (last != null) {
                last.stop();
            }
        } catch (Exception e) {
            throw new IOException("The client of webhook targets did not end as it should", e);
        }
    }
}
