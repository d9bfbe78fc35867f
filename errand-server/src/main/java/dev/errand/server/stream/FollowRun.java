package dev.errand.server.stream;

import dev.errand.EmittedItem;
import dev.errand.Errand;
import dev.errand.EventFilter;
import dev.errand.EventPart;
import dev.errand.EventReader;
import dev.errand.Json;
import dev.errand.LogLine;
import dev.errand.Page;
import dev.errand.Run;
import dev.errand.RunId;
import dev.errand.RunState;
import dev.errand.json.ApiJson;
import dev.errand.server.call.Answer;
import dev.errand.server.call.Call;
import dev.errand.server.call.Endpoint;
import dev.errand.server.call.Problem;
import dev.errand.server.call.Route;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.function.ToLongFunction;

/** Tells what one run writes: what there is of it, or for who accepts a stream all of it as it comes, until the run has ended. */
final class FollowRun<T> implements Endpoint {
    private static final String CHANGES = "run.*";

    private final Errand errand;
    private final Streams streams;
    private final String name;
    private final Part<T> part;
    private final ToLongFunction<T> position;

    /** Reads what comes after a position. */
    private interface Part<T> {
        List<T> after(Run<Json> run, long position);
    }

    private record End(RunId id, RunState state) {}

    private FollowRun(Errand errand, Streams streams, String name, Part<T> part, ToLongFunction<T> position) {
        this.errand = errand;
        this.streams = streams;
        this.name = name;
        this.part = part;
        this.position = position;
    }

    static Endpoint log(Errand errand, Streams streams) {
        return new FollowRun<LogLine>(errand, streams, "log", Run::log, LogLine::position);
    }

    static Endpoint emitted(Errand errand, Streams streams) {
        return new FollowRun<EmittedItem>(errand, streams, "emitted", Run::emitted, EmittedItem::position);
    }

    @Override
    public Route route() {
        return Route.get(StreamEndpoints.BASE + "/runs/{run}/" + name);
    }

    @Override
    public Answer answer(Call call) {
        Run<Json> run = errand.run(call.parameter("run", RunId::of));
        long after = after(call);
        String accepted = call.header("accept");
        if (accepted != null && accepted.contains(Frames.TYPE)) {
            EventFilter changes = EventFilter.of(run.id()).withName(CHANGES);
            return streams.open(call, changes, null, new Writing(run, after));
        }
        return Answer.bytes("application/json", ApiJson.bytes(new Page<>(part.after(run, after), null)));
    }

    /** The position after which to begin; that of the last item of the part before. */
    private static long after(Call call) {
        String place = Streams.place(call);
        try {
            return place == null ? 0 : Long.parseLong(place);
        } catch (NumberFormatException e) {
            throw Problem.malformed("after", "a position is needed, which is a whole number");
        }
    }

    /** How far a stream is. */
    private final class Writing implements Streams.Teller {
        private final Run<Json> run;
        private long told;
        /** Whether it is to look: something has changed, or it has not looked yet. */
        private boolean looks = true;

        Writing(Run<Json> run, long told) {
            this.run = run;
            this.told = told;
        }

        @Override
        public boolean tell(EventReader reader, Duration wait, OutputStream out)
                throws IOException, InterruptedException {
            if (!looks) {
                EventPart part = reader.next(wait);
                looks = part.missed() > 0 || !part.events().isEmpty();
            }
            if (!looks) {
                new Frames().heartbeat(null).send(out);
                return true;
            }
            RunState state = run.state();
            write(out); // all of it, if it has ended
            looks = false;
            if (state.isTerminal()) {
                Frames end = new Frames();
                end.add(null, "end", new End(run.id(), state));
                end.send(out);
            }
            return !state.isTerminal();
        }

        private void write(OutputStream out) throws IOException {
            List<T> items = part.after(run, told);
            while (!items.isEmpty()) {
                Frames frames = new Frames();
                items.forEach(item -> frames.add(String.valueOf(position.applyAsLong(item)), name, item));
                frames.send(out);
                told = position.applyAsLong(items.getLast());
                items = part.after(run, told);
            }
        }
    }
}
