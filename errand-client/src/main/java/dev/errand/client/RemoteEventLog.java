package dev.errand.client;

import dev.errand.EventFilter;
import dev.errand.EventLog;
import dev.errand.EventPart;
import dev.errand.EventReader;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The log of events behind a server. */
final class RemoteEventLog implements EventLog {
    private static final String EVENTS = "events";

    private final Server server;

    private record End(String cursor) {}

    private record Part(EventFilter filter, String cursor, int limit) {}

    private record Awaited(EventFilter filter, String cursor, Duration within) {}

    RemoteEventLog(Server server) {
        this.server = server;
    }

    @Override
    public String end() {
        return server.ask(Ask.get(Address.path(EVENTS, "end")), End.class).cursor();
    }

    @Override
    public EventPart read(EventFilter filter, String cursor, int limit) {
        Ask ask = Ask.post(Address.path(EVENTS, "read"), new Part(filter, cursor, limit));
        return server.ask(ask.repeated(), EventPart.class);
    }

    @Override
    public EventReader follow(EventFilter filter, @Nullable String cursor) {
        if (cursor == null) {
            return new Reader(server, filter, end());
        }
        read(filter, cursor, 1); // or it is none
        return new Reader(server, filter, cursor);
    }

    /** It keeps where it is; the server is asked for what follows. */
    private static final class Reader implements EventReader {
        private final Server server;
        private final EventFilter filter;
        private volatile String cursor;
        private volatile boolean closed;
        /** Who waits for an answer, to be woken when this is closed; null if nobody does. */
        private @Nullable Thread waiting;

        Reader(Server server, EventFilter filter, String cursor) {
            this.server = server;
            this.filter = filter;
            this.cursor = cursor;
        }

        @Override
        public EventPart next(Duration wait) throws InterruptedException {
            long end = System.nanoTime() + Pauses.nanos(wait);
            EventPart part = nothing();
            boolean last = closed;
            while (!last && part.events().isEmpty() && part.missed() == 0) {
                Duration within = Ends.left(end);
                part = wakeable(within);
                last = within.isZero() || closed;
            }
            return part;
        }

        private EventPart nothing() {
            return new EventPart(0, List.of(), cursor, false);
        }

        private EventPart wakeable(Duration within) throws InterruptedException {
            if (!waits()) {
                return nothing();
            }
            try {
                return part(within);
            } catch (InterruptedException e) {
                if (closed) {
                    return nothing();
                }
                throw e;
            } finally {
                waitsNoMore();
            }
        }

        private synchronized boolean waits() {
            waiting = Thread.currentThread();
            return !closed;
        }

        /** After this nobody is woken any more; one who was, and had his answer already, is not to notice. */
        private synchronized void waitsNoMore() {
            waiting = null;
            if (closed) {
                Thread.interrupted();
            }
        }

        private EventPart part(Duration within) throws InterruptedException {
            Ask ask = Ask.post(Address.path(EVENTS, "next"), new Awaited(filter, cursor, within));
            EventPart part = server.await(ask.repeated().waiting(within), EventPart.class);
            cursor = part.cursor();
            return part;
        }

        @Override
        public boolean isClosed() {
            return closed || server.isClosed();
        }

        @Override
        public synchronized void close() {
            closed = true;
            Thread thread = waiting;
            if (thread != null) {
                thread.interrupt();
            }
        }
    }
}
