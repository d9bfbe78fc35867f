package dev.errand.server.realtime;

import dev.errand.Errand;
import dev.errand.EventFilter;
import dev.errand.Json;
import dev.errand.Run;
import dev.errand.RunId;
import dev.errand.RunInfo;
import dev.errand.server.call.Answer;
import dev.errand.server.call.Call;
import dev.errand.server.call.Endpoint;
import dev.errand.server.call.Route;
import dev.errand.server.wire.RunAccess;
import java.util.function.Consumer;

/** Watches a run. */
final class WatchRun implements Endpoint {
    private final Errand errand;
    private final Watching watching;

    WatchRun(Errand errand, Watching watching) {
        this.errand = errand;
        this.watching = watching;
    }

    private record OneRun(Run<Json> run) implements Shape {
        @Override
        public void read(Consumer<RunInfo> to) {
            to.accept(run.info());
        }

        @Override
        public EventFilter events() {
            return EventFilter.of(run.id()).withName(RealtimeEndpoints.OF_THE_ENGINE);
        }

        @Override
        public boolean grows(int size) {
            return false;
        }
    }

    @Override
    public Route route() {
        return Route.get("/realtime/v1/runs/{run}").alsoTokens();
    }

    @Override
    public Answer answer(Call call) throws InterruptedException {
        Run<Json> run = errand.run(call.parameter("run", RunId::of));
        RunAccess.requireRead(call.caller(), run.info());
        return watching.answer(call, Place.read(call.query(), call.caller().skipped(), errand.now()), new OneRun(run));
    }
}
