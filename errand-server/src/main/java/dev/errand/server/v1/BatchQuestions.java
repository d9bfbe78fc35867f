package dev.errand.server.v1;

import dev.errand.Batch;
import dev.errand.BatchId;
import dev.errand.BatchItem;
import dev.errand.BatchOptions;
import dev.errand.Batches;
import dev.errand.Errand;
import dev.errand.Json;
import dev.errand.Run;
import dev.errand.RunId;
import dev.errand.TriggerOptions;
import dev.errand.TriggerRequest;
import dev.errand.server.call.Asking;
import dev.errand.server.call.Call;
import dev.errand.server.call.Fields;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Batches: triggered at once, or opened and filled. */
final class BatchQuestions {
    private static final String OPTIONS = "options";

    /** One that is to become a run, or, with a reason, one that cannot. */
    private record Item(
            int index,
            String task,
            @Nullable Json payload,
            @Nullable TriggerOptions options,
            @Nullable String reason) {
        BatchItem item() {
            return reason == null
                    ? BatchItem.of(
                            index, new TriggerRequest(task, payload, options == null ? TriggerOptions.none() : options))
                    : new BatchItem.Refused(index, task, reason);
        }
    }

    private record Triggered(BatchId id, List<RunId> runs) {}

    private BatchQuestions() {}

    static List<Question> of(Errand errand) {
        return List.of(
                ManyTriggers.large(Question.post("/batches", call -> triggered(errand, call))),
                Question.post("/batches/open", call -> opened(errand, call)),
                ManyTriggers.large(Question.post("/batches/{batch}/items", call -> filled(errand, call))),
                Question.get("/batches/{batch}/items", call -> errand.batches().filling(batch(call))),
                Question.get("/batches/{batch}/runs", call -> Question.whole(ids(errand.batch(batch(call))))));
    }

    private static BatchId batch(Call call) {
        return call.parameter("batch", BatchId::of);
    }

    private static List<RunId> ids(Batch<Json> batch) {
        return batch.runs().stream().map(Run::id).toList();
    }

    private static BatchOptions options(Fields body) {
        return Bodies.read(body, OPTIONS, BatchOptions.class, BatchOptions.none());
    }

    private static Triggered triggered(Errand errand, Call call) throws IOException {
        Fields body = call.json().only("requests", OPTIONS);
        List<TriggerRequest> requests = ManyTriggers.requests(body);
        BatchOptions options = options(body);
        Batch<Json> batch = Asking.orImpossible("requests", () -> errand.triggerBatch(requests, options));
        return new Triggered(batch.id(), ids(batch));
    }

    private static Batches.Opened opened(Errand errand, Call call) throws IOException {
        Fields body = call.json().only("size", OPTIONS);
        Integer size = body.wholeNumber("size", 1, Batch.LARGEST);
        if (size == null) {
            throw body.refused("size", "a whole number is needed, and missing");
        }
        BatchOptions options = options(body);
        return Asking.orImpossible(OPTIONS, () -> errand.batches().open(size, options));
    }

    private static Batches.Filling filled(Errand errand, Call call) throws IOException {
        Fields body = call.json().only("items");
        List<BatchItem> items = new ArrayList<>();
        for (Item each : Bodies.read(body, "items", Item[].class)) {
            if (each == null || each.task() == null) {
                throw body.refused("items[" + items.size() + "]", "an object with an index and a task is needed");
            }
            items.add(each.item());
        }
        return Asking.orImpossible("items", () -> errand.batches().fill(batch(call), items));
    }
}
