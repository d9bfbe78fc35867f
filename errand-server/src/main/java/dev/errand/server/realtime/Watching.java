package dev.errand.server.realtime;

import dev.errand.Errand;
import dev.errand.RunId;
import dev.errand.server.call.Answer;
import dev.errand.server.call.Call;
import dev.errand.server.call.Problem;
import dev.errand.server.wire.ElectricRow;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * Answers those who watch, in the form that clients of Electric read: who begins gets all runs, who has them waits until one is otherwise, and gets
 * that. He says with each request what he has, by a fingerprint; so whatever happens in between, and on whichever server he asks, he misses
 * no change. In the meantime there is nothing of him but a thread that is parked, a virtual one, and a listener.
 */
final class Watching {
    private static final JsonMapper MAPPER = new JsonMapper();
    private static final byte[] UP_TO_DATE =
            "{\"headers\":{\"control\":\"up-to-date\"}}]".getBytes(StandardCharsets.UTF_8);
    private static final int ROOM = 200_000;

    private final Errand errand;
    private final BooleanSupplier ending;
    private final Duration hold;
    private final Semaphore places;
    private final Remembered remembered = new Remembered(ROOM);

    /**
     * For all routes by which one watches.
     *
     * @param ending whether the server is about to end, when nobody is to wait any more
     * @param hold how long one waits at most
     * @param most how many wait at a time
     */
    Watching(Errand errand, BooleanSupplier ending, Duration hold, int most) {
        this.errand = errand;
        this.ending = ending;
        this.hold = hold;
        this.places = new Semaphore(most);
    }

    /** @throws Problem 429 if too many wait */
    Answer answer(Call call, Place place, Shape shape) throws InterruptedException {
        boolean waits = place.waits() && !call.isHead();
        Seen now = waits ? await(place, shape) : Seen.of(shape, place.skipped());
        @Nullable Seen before = remembered.of(place);
        List<RunId> changed = changed(place, before, now);
        remembered.keep(place, now);
        Answer answer = Answer.stream("application/json", out -> write(out, place, before, changed));
        return withHeaders(answer, place, now);
    }

    private Seen await(Place place, Shape shape) throws InterruptedException {
        if (!places.tryAcquire()) {
            throw Problem.of(429, "Too many watch at a time; try again later").header("retry-after", "1");
        }
        try (Waiting waiting = new Waiting(errand, shape, place.skipped(), ending)) {
            return waiting.await(place, hold);
        } finally {
            places.release();
        }
    }

    private static List<RunId> changed(Place place, @Nullable Seen before, Seen now) {
        if (place.has(now)) {
            return List.of();
        }
        return before == null ? List.copyOf(now.digests().keySet()) : now.beyond(before);
    }

    private Answer withHeaders(Answer answer, Place place, Seen now) {
        Instant time = errand.now();
        return answer.header("electric-handle", place.handle().text())
                .header("electric-offset", place.offset(now, time))
                .header("electric-cursor", String.valueOf(time.toEpochMilli()))
                .header("electric-schema", ElectricRow.schema(place.skipped()))
                .header("electric-up-to-date", "true");
    }

    /** They are read anew: one that has changed since is sent as it is now, and once more with the next answer. */
    private void write(OutputStream out, Place place, @Nullable Seen before, List<RunId> runs) throws IOException {
        out.write('[');
        Pages.each(errand, runs, run -> {
            boolean isNew = place.fingerprint() == null || (before != null && !before.has(run.id()));
            ElectricRow row = ElectricRow.of(run, place.skipped());
            out.write(MAPPER.writeValueAsBytes(Map.of(
                    "key",
                    row.key(),
                    "value",
                    row.columns(),
                    "headers",
                    Map.of("operation", isNew ? "insert" : "update"))));
            out.write(',');
        });
        out.write(UP_TO_DATE);
    }
}
