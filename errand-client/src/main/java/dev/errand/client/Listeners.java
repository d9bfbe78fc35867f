package dev.errand.client;

import dev.errand.Event;
import dev.errand.EventFilter;
import dev.errand.EventListener;
import dev.errand.ListenerInfo;
import dev.errand.ListenerOptions;
import dev.errand.RunId;
import dev.errand.StoreException;
import dev.errand.Subscription;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Who hears of events here, each by a stream of his own. */
final class Listeners {
    private static final Logger LOG = LoggerFactory.getLogger(Listeners.class);

    private final Connected client;
    private final AtomicLong numbers = new AtomicLong();
    private final Map<Long, Listener> all = new ConcurrentSkipListMap<>();

    private record Awaited(EventFilter filter, Duration within) {}

    private record Found(@Nullable Event event) {}

    Listeners(Connected client) {
        this.client = client;
    }

    List<ListenerInfo> infos() {
        return all.values().stream().map(Listener::info).toList();
    }

    /** When this returns, what is committed from then on is told. */
    Subscription on(EventFilter filter, EventListener listener, ListenerOptions options) {
        Listener one = new Listener(numbers.incrementAndGet(), filter, listener, options, this::purge);
        EventStream stream = new EventStream(client.server(), filter, one);
        all.put(one.number(), one);
        Subscription following = followed(stream, one);
        Subscription listed = () -> {
            all.remove(one.number());
            following.close();
        };
        join(stream, listed);
        return listed;
    }

    private Subscription followed(EventStream stream, Listener one) {
        try {
            return client.background().start("events", () -> {
                try {
                    stream.follow();
                } finally {
                    all.remove(one.number());
                }
            });
        } catch (StoreException closed) {
            all.remove(one.number());
            throw closed;
        }
    }

    private void join(EventStream stream, Subscription following) {
        Duration patience = client.server().answerTimeout();
        try {
            stream.joined().get(Pauses.nanos(patience), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            following.close();
            throw e.getCause() instanceof RuntimeException refused ? refused : new IllegalStateException(e.getCause());
        } catch (TimeoutException e) {
            following.close();
            throw new StoreException("No stream of events came about within " + patience, e);
        } catch (InterruptedException e) {
            following.close();
            Thread.currentThread().interrupt();
            throw new StoreException("Interrupted while a stream of events was opened", e);
        }
    }

    /** What is left is deleted when its retention is over. */
    private void purge(RunId run) {
        try {
            client.server().ask(Ask.delete(Address.path("runs", run)).repeated());
        } catch (RuntimeException e) {
            LOG.atDebug().addKeyValue("run", run).setCause(e).log("A run was not purged");
        }
    }

    /** The server answers when it has come to that; whoever waits longer than it does asks again. */
    Optional<Event> await(EventFilter filter, Duration timeout) throws InterruptedException {
        long end = System.nanoTime() + Pauses.nanos(timeout);
        Event found = null;
        boolean last = false;
        while (found == null && !last) {
            Duration within = Ends.left(end);
            last = within.isZero();
            Ask ask = Ask.post(Address.path("events", "await"), new Awaited(filter, within))
                    .repeated()
                    .waiting(within);
            found = client.server().await(ask, Found.class).event();
        }
        return Optional.ofNullable(found);
    }
}
