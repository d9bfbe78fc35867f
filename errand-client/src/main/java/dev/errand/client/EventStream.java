package dev.errand.client;

import dev.errand.Event;
import dev.errand.EventFilter;
import dev.errand.RunId;
import dev.errand.json.ApiJson;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpHeaders;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.StringJoiner;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Events as a server tells them, from now on. With each it tells where it is, and at once where it begins: a connection that was lost is made anew and
 * goes on there, so that nothing is missed. A server that says nothing for long, not even that there is nothing, is taken for gone.
 */
final class EventStream {
    private static final Logger LOG = LoggerFactory.getLogger(EventStream.class);

    /** Three times as long as servers keep silent at most. */
    private static final Duration SILENCE = Duration.ofSeconds(45);

    private static final Duration FOR_EVER = Duration.ofDays(36_500);
    private static final int TOO_MANY = 429;

    private final Server server;
    private final EventFilter filter;
    private final Heard heard;

    /** Done once nothing that is committed from then on is missed. */
    private final CompletableFuture<Boolean> joined = new CompletableFuture<>();

    private volatile @Nullable String place;
    private volatile long lastHeard;
    private volatile boolean busy;

    /** Whoever hears of them. */
    interface Heard {
        /** Answers whether he wants more. */
        boolean event(Event event) throws InterruptedException;
    }

    EventStream(Server server, EventFilter filter, Heard heard) {
        this.server = server;
        this.filter = filter;
        this.heard = heard;
    }

    /** Fails with what the server refuses it for. */
    CompletableFuture<Boolean> joined() {
        return joined;
    }

    /** Tells until nobody wants more. */
    void follow() throws InterruptedException {
        Pauses pauses = new Pauses(FOR_EVER);
        try {
            boolean more = true;
            while (more) {
                String before = place;
                more = connection(pauses);
                if (!String.valueOf(before).equals(place)) {
                    pauses = new Pauses(FOR_EVER); // it told something
                }
            }
        } catch (RuntimeException e) {
            if (!joined.completeExceptionally(e)) {
                throw e;
            }
        }
    }

    /** Tells what comes by one connection. Answers whether another is wanted. */
    private boolean connection(Pauses pauses) throws InterruptedException {
        try {
            HttpResponse<InputStream> response = server.open(Ask.get(path()), place);
            if (response.statusCode() == 200) {
                if (!told(response.body())) {
                    return false;
                }
            } else {
                refused(response);
            }
            pauses.pause(response.headers());
        } catch (IOException e) {
            lost(e, pauses);
        }
        return true;
    }

    private void lost(IOException e, Pauses pauses) throws InterruptedException {
        if (server.isClosed() || Thread.interrupted()) {
            throw new InterruptedException();
        }
        LOG.atDebug().addKeyValue("reason", String.valueOf(e.getMessage())).log("A stream of events is opened again");
        pauses.pause();
    }

    /** What will not be otherwise next time. */
    private void refused(HttpResponse<InputStream> response) throws IOException {
        byte[] body = response.body().readAllBytes();
        int status = response.statusCode();
        HttpHeaders headers = response.headers();
        if (status >= 400 && status < 500 && status != TOO_MANY) {
            throw Refusal.error(server.base(), new Reply(status, headers, body));
        }
        LOG.atWarn().addKeyValue("status", status).log("A stream of events is asked for again");
    }

    /** Answers whether more is wanted. */
    private boolean told(InputStream body) throws IOException, InterruptedException {
        lastHeard = System.nanoTime();
        Thread guard = Thread.ofVirtual().name("errand-client-silence").start(() -> guard(body));
        try (Frames frames = new Frames(body)) {
            for (Frames.Frame frame = frames.next(); frame != null; frame = frames.next()) {
                lastHeard = System.nanoTime();
                if (!told(frame)) {
                    return false;
                }
                lastHeard = System.nanoTime();
            }
            return true;
        } finally {
            guard.interrupt();
        }
    }

    /** Ends a connection on which nothing comes any more. While somebody handles an event nothing is read. */
    private void guard(InputStream body) {
        try {
            while (busy || System.nanoTime() - lastHeard < SILENCE.toNanos()) {
                TimeUnit.SECONDS.sleep(5);
            }
            body.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the connection has ended
        } catch (IOException e) {
            LOG.atDebug().setCause(e).log("A connection without a word could not be closed");
        }
    }

    private boolean told(Frames.Frame frame) throws InterruptedException {
        String data = frame.data();
        String id = frame.id();
        busy = true;
        try {
            return data == null || told(frame, data);
        } finally {
            busy = false;
            if (id != null) {
                place = id;
                joined.complete(true);
            }
        }
    }

    private boolean told(Frames.Frame frame, String data) throws InterruptedException {
        byte[] json = data.getBytes(StandardCharsets.UTF_8);
        if (frame.id() == null && frame.event().equals("gap")) {
            LOG.atWarn()
                    .addKeyValue("missed", ApiJson.read(json, Map.class).get("missed"))
                    .log("Events were deleted before they were read");
            return true;
        }
        return heard.event(ApiJson.read(json, Event.class));
    }

    private String path() {
        StringJoiner query = new StringJoiner("&", "?", "").setEmptyValue("");
        add(query, "name", filter.name());
        RunId run = filter.run();
        add(query, "run", run == null ? null : run.toString());
        add(query, "task", filter.task());
        add(query, "runName", filter.runName());
        add(query, "tags", filter.tags().isEmpty() ? null : String.join(",", filter.tags()));
        return Address.path("events") + query;
    }

    private static void add(StringJoiner query, String name, @Nullable String value) {
        if (value != null) {
            query.add(name + "=" + Address.encoded(value));
        }
    }
}
