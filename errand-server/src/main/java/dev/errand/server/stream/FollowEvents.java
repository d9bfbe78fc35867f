package dev.errand.server.stream;

import dev.errand.EventFilter;
import dev.errand.EventReader;
import dev.errand.RunId;
import dev.errand.server.call.Answer;
import dev.errand.server.call.Asking;
import dev.errand.server.call.Call;
import dev.errand.server.call.Endpoint;
import dev.errand.server.call.Problem;
import dev.errand.server.call.Query;
import dev.errand.server.call.Route;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Set;

/** Tells of events as they are committed, from now on or from where a client was. */
final class FollowEvents implements Endpoint {
    private static final String AFTER = "after";
    private static final Set<String> NAMES = Set.of("name", "run", "task", "runName", "tags", AFTER);

    private final Streams streams;

    FollowEvents(Streams streams) {
        this.streams = streams;
    }

    @Override
    public Route route() {
        return Route.get(StreamEndpoints.BASE + "/events");
    }

    @Override
    public Answer answer(Call call) {
        EventFilter filter = filter(call.query());
        return Asking.orMalformed(
                AFTER, () -> streams.open(call, filter, Streams.place(call), FollowEvents::tell));
    }

    private static EventFilter filter(Query asked) {
        for (String name : asked.names()) {
            if (!NAMES.contains(name)) {
                throw Problem.malformed(name, "events cannot be asked for by that");
            }
        }
        return new EventFilter(
                asked.text("name"),
                asked.read("run", RunId::of),
                asked.text("task"),
                asked.text("runName"),
                Set.copyOf(asked.list("tags")));
    }

    private static boolean tell(EventReader reader, Duration wait, OutputStream out)
            throws IOException, InterruptedException {
        Frames.of(reader.next(wait)).send(out);
        return true;
    }
}
