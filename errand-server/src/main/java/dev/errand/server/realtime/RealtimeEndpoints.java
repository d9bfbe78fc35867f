package dev.errand.server.realtime;

import dev.errand.server.call.Endpoint;
import dev.errand.server.call.Surroundings;
import java.time.Duration;
import java.util.List;

/** What can be watched. */
public final class RealtimeEndpoints {
    /** The names of all events by which runs change. */
    static final String OF_THE_ENGINE = "run.*";

    private static final Duration HOLD = Duration.ofSeconds(20);
    private static final int MOST = 2_000;

    private RealtimeEndpoints() {}

    public static List<Endpoint> of(Surroundings around) {
        return of(around, HOLD, MOST);
    }

    /**
     * The same.
     *
     * @param hold how long a request is held that waits for a change
     * @param most how many are held at a time
     */
    static List<Endpoint> of(Surroundings around, Duration hold, int most) {
        Watching watching = new Watching(around.errand(), around.ending(), hold, most);
        return List.of(
                new WatchRun(around.errand(), watching),
                new WatchTags(around.errand(), watching),
                new WatchBatch(around.errand(), watching));
    }
}
