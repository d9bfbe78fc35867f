package dev.errand.server.realtime;

import dev.errand.BatchId;
import dev.errand.BatchInfo;
import dev.errand.Errand;
import dev.errand.EventFilter;
import dev.errand.Run;
import dev.errand.RunInfo;
import dev.errand.server.call.Answer;
import dev.errand.server.call.Call;
import dev.errand.server.call.Caller;
import dev.errand.server.call.Endpoint;
import dev.errand.server.call.Route;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.Consumer;

/** Watches the runs of a batch. */
final class WatchBatch implements Endpoint {
    private final Errand errand;
    private final Watching watching;

    WatchBatch(Errand errand, Watching watching) {
        this.errand = errand;
        this.watching = watching;
    }

    private record BatchRuns(Errand errand, BatchId batch) implements Shape {
        @Override
        public void read(Consumer<RunInfo> to) {
            try {
                Pages.each(
                        errand, errand.batch(batch).runs().stream().map(Run::id).toList(), to::accept);
            } catch (IOException e) {
                throw new UncheckedIOException(e); // nobody throws it here
            }
        }

        @Override
        public EventFilter events() {
            return EventFilter.named(RealtimeEndpoints.OF_THE_ENGINE);
        }

        /** While not all have come; those that were deleted come no more, nor do any of one that was given up. */
        @Override
        public boolean grows(int size) {
            BatchInfo info = errand.batch(batch).info();
            return !info.isGivenUp() && size + info.gone() < info.size();
        }
    }

    @Override
    public Route route() {
        return Route.get("/realtime/v1/batches/{batch}").alsoTokens();
    }

    @Override
    public Answer answer(Call call) throws InterruptedException {
        BatchId batch = call.parameter("batch", BatchId::of);
        requireRead(call.caller(), batch);
        return watching.answer(
                call, Place.read(call.query(), call.caller().skipped(), errand.now()), new BatchRuns(errand, batch));
    }

    private static void requireRead(Caller caller, BatchId batch) {
        if (!caller.may("read", "batch", batch.toString()) && !caller.may("read", "runs", "")) {
            throw Caller.forbidden("read", "batch", batch.toString());
        }
    }
}
