package dev.errand.server.batch;

import dev.errand.BatchId;
import dev.errand.BatchItem;
import dev.errand.Batches;
import dev.errand.Errand;
import dev.errand.Json;
import dev.errand.server.call.Answer;
import dev.errand.server.call.Asking;
import dev.errand.server.call.Call;
import dev.errand.server.call.Endpoint;
import dev.errand.server.call.Problem;
import dev.errand.server.call.Route;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Takes a batch's items, a line of JSON each, while they come: many of them share a commit, and no more than these are kept here. A line that cannot
 * be understood ends it: what is not committed by then is dropped, and what is stays. Whoever sends the whole stream again changes nothing of that.
 */
final class FillBatch implements Endpoint {
    /** As many as a batch may have, each as large as it may be. */
    private static final long LARGEST_BODY = 10_000L * (Lines.LONGEST + 2);

    private static final Set<String> TYPES = Set.of("application/x-ndjson", "application/ndjson");

    private record Taken(
            String id,
            int itemsAccepted,
            int itemsDeduplicated,
            boolean sealed,
            int enqueuedCount,
            int expectedCount) {}

    private final Errand errand;

    FillBatch(Errand errand) {
        this.errand = errand;
    }

    @Override
    public Route route() {
        return Route.post("/api/v3/batches/{batch}/items").alsoTokens().body(LARGEST_BODY);
    }

    @Override
    public Answer answer(Call call) throws IOException {
        requireLines(call.header("content-type"));
        BatchId id = call.parameter("batch", BatchId::of);
        Batches.Filling before = errand.batches().filling(id);
        Commits commits = new Commits(errand.batches(), id, before);
        Items items = new Items(call.caller(), errand.blobs(), before.size());
        Lines lines = new Lines(call.body());
        for (byte[] line = next(lines, commits); line != null; line = next(lines, commits)) {
            BatchItem item = items.read(line);
            commits.add(item, Math.max(line.length, weight(item)));
        }
        items.requireSome();
        commits.flush();
        return Answer.json(commits.taken());
    }

    /** A payload that was stored before is not in its line. */
    private static int weight(BatchItem item) {
        return item instanceof BatchItem.Wanted wanted && wanted.request().payload() instanceof Json json
                ? json.text().length()
                : 0;
    }

    /** If the caller has gone, what came whole is kept: less is to be sent again. */
    private static byte @Nullable [] next(Lines lines, Commits commits) throws IOException {
        try {
            return lines.next();
        } catch (IOException gone) {
            commits.flush();
            throw gone;
        }
    }

    private static void requireLines(@Nullable String contentType) {
        String type = contentType == null ? "" : contentType.split(";", 2)[0].strip();
        if (!TYPES.contains(type.toLowerCase(Locale.ROOT))) {
            throw Problem.of(415, "content-type: application/x-ndjson is needed, a line of JSON for each item");
        }
    }

    /** What is stored, and what waits for that. */
    private static final class Commits {
        private static final int MOST = 1_000;
        private static final long LARGEST = 4L * 1_024 * 1_024;

        private final Batches batches;
        private final BatchId batch;
        private final List<BatchItem> waiting = new ArrayList<>();
        private long bytes;
        private int accepted;
        private int repeated;
        private Batches.Filling last;

        Commits(Batches batches, BatchId batch, Batches.Filling before) {
            this.batches = batches;
            this.batch = batch;
            this.last = before;
        }

        void add(BatchItem item, int length) {
            waiting.add(item);
            bytes += length;
            if (waiting.size() == MOST || bytes >= LARGEST) {
                flush();
            }
        }

        void flush() {
            if (waiting.isEmpty()) {
                return;
            }
            last = Asking.orImpossible("", () -> batches.fill(batch, List.copyOf(waiting)));
            accepted += last.accepted();
            repeated += last.repeated();
            waiting.clear();
            bytes = 0;
        }

        Taken taken() {
            return new Taken(batch.toString(), accepted, repeated, last.isSealed(), last.items(), last.size());
        }
    }
}
