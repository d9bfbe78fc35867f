package dev.errand.server.stream;

import dev.errand.Errand;
import dev.errand.EventFilter;
import dev.errand.EventReader;
import dev.errand.RunNotFoundException;
import dev.errand.StoreException;
import dev.errand.server.call.Answer;
import dev.errand.server.call.Call;
import dev.errand.server.call.Problem;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Those who are told by server-sent events. Each has a virtual thread, which waits for what follows in the log, and writes; a client that takes nothing
 * holds up that thread and nobody else. Whoever has gone is noticed with the next that is written, a heartbeat at the latest.
 */
final class Streams {
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final Errand errand;
    private final Held held;
    private final Duration heartbeat;

    Streams(Errand errand, Held held, Duration heartbeat) {
        this.errand = errand;
        this.held = held;
        this.heartbeat = heartbeat;
    }

    /** What one stream tells. */
    interface Teller {
        /**
         * Waits for what follows.
         *
         * @return whether there may be more
         */
        boolean tell(EventReader reader, Duration wait, OutputStream out) throws IOException, InterruptedException;
    }

    /** Where a client was when it lost its connection, or says that it is; null if it begins. */
    static @Nullable String place(Call call) {
        String last = call.header("last-event-id");
        return last == null || last.isEmpty() ? call.query().text("after") : last;
    }

    /**
     * Opens one.
     *
     * @param cursor null to begin now
     * @throws Problem 429 if there are too many
     * @throws IllegalArgumentException if this cannot be a cursor
     */
    Answer open(Call call, EventFilter filter, @Nullable String cursor, Teller teller) {
        if (call.isHead()) {
            return stream(out -> {});
        }
        EventReader reader = errand.eventLog().follow(filter, cursor);
        Held.Place place = held.take(reader::close);
        return stream(out -> {
            try (place;
                    reader) {
                tell(reader, teller, out);
            }
        });
    }

    /** Proxies that collect what is sent, until it is worth passing on, are asked not to. */
    private static Answer stream(Answer.Writer writer) {
        return Answer.stream(Frames.TYPE, writer).header("x-accel-buffering", "no");
    }

    private void tell(EventReader reader, Teller teller, OutputStream out) throws IOException, InterruptedException {
        new Frames().heartbeat(null).send(out);
        Duration wait = Duration.ZERO; // what there is, and if only where it begins
        boolean more = true;
        while (more && !held.isEnding() && !reader.isClosed()) {
            try {
                more = teller.tell(reader, wait, out);
                wait = heartbeat;
            } catch (RunNotFoundException e) { // it was deleted
                more = false;
            } catch (StoreException e) { // it is away, and goes on from where it is
                new Frames().heartbeat(null).send(out);
                Thread.sleep(PAUSE);
            }
        }
    }
}
