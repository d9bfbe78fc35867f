package dev.errand.server.batch;

import dev.errand.Batch;
import dev.errand.BatchId;
import dev.errand.BatchInfo;
import dev.errand.BatchItem;
import dev.errand.Errand;
import dev.errand.server.call.Answer;
import dev.errand.server.call.Call;
import dev.errand.server.call.Endpoint;
import dev.errand.server.call.Members;
import dev.errand.server.call.Route;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** How a batch stands, and its runs by their ids. */
final class RetrieveBatch implements Endpoint {
    private record ItemError(int index, String taskIdentifier, String error) {
        static ItemError of(BatchItem.Refused item) {
            return new ItemError(item.index(), item.task(), item.reason());
        }
    }

    private final Errand errand;

    RetrieveBatch(Errand errand) {
        this.errand = errand;
    }

    @Override
    public Route route() {
        return Route.get("/api/v2/batches/{batch}").alsoTokens();
    }

    @Override
    public Answer answer(Call call) {
        BatchId id = call.parameter("batch", BatchId::of);
        call.caller().require("read", "batch", id.toString());
        Batch<?> batch = errand.batch(id);
        BatchInfo info = batch.info();
        List<String> runs =
                batch.runs().stream().map(run -> run.id().toString()).toList();
        return Answer.json(Members.of("id", id.toString())
                .put("status", BatchStatus.of(info))
                .put("createdAt", info.createdAt())
                .put("updatedAt", updatedAt(info))
                .put("runCount", info.size())
                .put("runs", runs)
                .put("idempotencyKey", info.idempotencyKey())
                .put("processing", processing(info))
                .map());
    }

    private static Map<String, @Nullable Object> processing(BatchInfo batch) {
        return Members.of("completedAt", batch.completedAt())
                .put("errors", batch.refused().stream().map(ItemError::of).toList())
                .map();
    }

    private static Instant updatedAt(BatchInfo batch) {
        return Stream.of(batch.createdAt(), batch.filledAt(), batch.failedAt(), batch.completedAt())
                .filter(Objects::nonNull)
                .max(Comparator.naturalOrder())
                .orElse(batch.createdAt());
    }
}
