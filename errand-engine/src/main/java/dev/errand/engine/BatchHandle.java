package dev.errand.engine;

import dev.errand.Batch;
import dev.errand.BatchId;
import dev.errand.BatchInfo;
import dev.errand.Run;
import dev.errand.RunId;
import dev.errand.RunInfo;
import dev.errand.RunQuery;
import dev.errand.RunResult;
import dev.errand.RunState;
import dev.errand.store.BatchCounts;
import dev.errand.store.BatchEntry;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A batch seen from outside: its id, and questions to the store. */
final class BatchHandle<O extends @Nullable Object> implements Batch<O> {
    private static final int PAGE = 500;

    private final Engine engine;
    private final BatchId id;
    private final Type outputType;
    /** Null until somebody asks for them who did not trigger them. */
    private volatile @Nullable List<RunId> runs;

    BatchHandle(Engine engine, BatchId id, Type outputType, @Nullable List<RunId> runs) {
        this.engine = engine;
        this.id = id;
        this.outputType = outputType;
        this.runs = runs;
    }

    @Override
    public BatchId id() {
        return id;
    }

    @Override
    public BatchInfo info() {
        BatchEntry entry = engine.lookup().get(id);
        BatchEntry.Key key = entry.key();
        BatchCounts counts = engine.store().batches().counts(id);
        Map<RunState, Integer> states = new EnumMap<>(RunState.class);
        states.putAll(counts.ended());
        int[] found = {0};
        read(counts.open(), info -> {
            states.merge(info.state(), 1, Integer::sum);
            found[0]++;
        });
        return new BatchInfo(
                id,
                entry.name(),
                entry.createdAt(),
                entry.size(),
                states,
                counts.gone() + counts.open().size() - found[0],
                entry.onComplete(),
                entry.onFailure(),
                entry.failedAt(),
                entry.completedAt(),
                entry.failureRun(),
                entry.completionRun(),
                entry.came(),
                entry.filledAt(),
                key == null ? null : key.text(),
                entry.items() == null ? List.of() : engine.store().batches().refused(id));
    }

    @Override
    public List<Run<O>> runs() {
        List<Run<O>> handles = new ArrayList<>();
        ids().forEach(run -> handles.add(engine.handle(run, outputType, false)));
        return handles;
    }

    private List<RunId> ids() {
        List<RunId> known = runs;
        if (known == null) {
            boolean sealed = isSealed();
            known = engine.store().batches().runs(id);
            runs = sealed ? known : null; // others are still to come
        }
        return known;
    }

    private boolean isSealed() {
        return engine.store()
                .batches()
                .find(id)
                .map(entry -> entry.came() == entry.size())
                .orElse(false);
    }

    @Override
    public List<RunResult<O>> await(Duration timeout) throws InterruptedException {
        engine.waiting().refuseInside("batch " + id);
        long end = System.nanoTime() + Waiting.nanos(timeout);
        if (engine.lookup().find(id, timeout).isPresent()) { // else its transaction is still open
            engine.waiting()
                    .awaitAll(ids(), () -> engine.store().batches().counts(id).open(), end - System.nanoTime());
        }
        return results();
    }

    private List<RunResult<O>> results() {
        List<RunId> ids = ids();
        Map<RunId, RunResult<O>> found = new HashMap<>();
        read(ids, info -> found.put(info.id(), new RunHandle<O>(engine, info.id(), outputType).result(info)));
        List<RunResult<O>> results = new ArrayList<>();
        for (RunId run : ids) {
            RunResult<O> result = found.get(run);
            results.add(result != null ? result : engine.results().deleted(run, "(deleted)"));
        }
        return results;
    }

    private void read(List<RunId> all, Consumer<RunInfo> reader) {
        for (int from = 0; from < all.size(); from += PAGE) {
            RunId[] page = all.subList(from, Math.min(from + PAGE, all.size())).toArray(RunId[]::new);
            engine.runs(RunQuery.all().ids(page).limit(PAGE)).items().forEach(reader);
        }
    }

    @Override
    public String toString() {
        return "Batch[" + id + "]";
    }
}
