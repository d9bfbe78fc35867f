package dev.errand.client;

import dev.errand.Batch;
import dev.errand.BatchId;
import dev.errand.BatchInfo;
import dev.errand.Page;
import dev.errand.Run;
import dev.errand.RunId;
import dev.errand.RunInfo;
import dev.errand.RunQuery;
import dev.errand.RunResult;
import dev.errand.TypeRef;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A batch by its id. */
final class RemoteBatch<O extends @Nullable Object> implements Batch<O> {
    private static final int PAGE = 500;

    private final Connected client;
    private final BatchId id;
    private final Type outputType;
    /** Null if others may still come, or nobody asked. */
    private volatile @Nullable List<RunId> runs;

    RemoteBatch(Connected client, BatchId id, Type outputType, @Nullable List<RunId> runs) {
        this.client = client;
        this.id = id;
        this.outputType = outputType;
        this.runs = runs == null ? null : List.copyOf(runs);
    }

    @Override
    public BatchId id() {
        return id;
    }

    @Override
    public BatchInfo info() {
        return client.server().ask(Ask.get(Address.path("batches", id)), BatchInfo.class);
    }

    @Override
    public List<Run<O>> runs() {
        List<Run<O>> handles = new ArrayList<>();
        ids().forEach(run -> handles.add(new RemoteRun<>(client, run, outputType, false)));
        return handles;
    }

    private List<RunId> ids() {
        List<RunId> known = runs;
        if (known == null) {
            boolean sealed = info().isSealed();
            known = client.server()
                    .ask(Ask.get(Address.path("batches", id, "runs")), new TypeRef<Page<RunId>>() {})
                    .items();
            runs = sealed ? known : null;
        }
        return known;
    }

    @Override
    public List<RunResult<O>> await(Duration timeout) throws InterruptedException {
        List<RunId> all = ids();
        if (!all.isEmpty()) {
            client.ends().all(all, timeout);
        }
        return results(all);
    }

    private List<RunResult<O>> results(List<RunId> all) {
        Map<RunId, RunInfo> found = new HashMap<>();
        for (int from = 0; from < all.size(); from += PAGE) {
            RunId[] page = all.subList(from, Math.min(from + PAGE, all.size())).toArray(RunId[]::new);
            Queries.runs(client.server(), RunQuery.all().ids(page).limit(PAGE))
                    .items()
                    .forEach(info -> found.put(info.id(), info));
        }
        List<RunResult<O>> results = new ArrayList<>();
        for (RunId run : all) {
            RunInfo info = found.get(run);
            results.add(info == null ? Results.deleted(run) : Results.of(info, outputType));
        }
        return results;
    }

    @Override
    public String toString() {
        return "Batch[" + id + "]";
    }
}
