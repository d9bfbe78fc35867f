package dev.errand.server.stream;

import dev.errand.Errand;
import dev.errand.server.call.Endpoint;
import dev.errand.server.call.Surroundings;
import java.time.Duration;
import java.util.List;

/** What can be followed. */
public final class StreamEndpoints {
    /** What all paths begin with: that of the API of our own. */
    static final String BASE = "/api/errand/v1";

    private static final Duration HEARTBEAT = Duration.ofSeconds(15);
    private static final int MOST_STREAMS = 2_000;
    private static final int MOST_WAITING = 10_000;

    private StreamEndpoints() {}

    public static List<Endpoint> of(Surroundings around) {
        return of(around, HEARTBEAT, MOST_STREAMS, MOST_WAITING);
    }

    /**
     * The same.
     *
     * @param heartbeat how long nothing is sent at most
     * @param streams how many are open at a time
     * @param waiting how many wait for the end of a run at a time
     */
    static List<Endpoint> of(Surroundings around, Duration heartbeat, int streams, int waiting) {
        Errand errand = around.errand();
        Streams open = new Streams(errand, new Held(around.ending(), streams), heartbeat);
        return List.of(
                new FollowEvents(open),
                FollowRun.log(errand, open),
                FollowRun.emitted(errand, open),
                new AwaitEnd(errand, new Held(around.ending(), waiting)));
    }
}
