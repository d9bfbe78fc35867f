package dev.errand.engine;

import dev.errand.Attempt;
import dev.errand.AwaitTimeoutException;
import dev.errand.CancelAnswer;
import dev.errand.EmittedItem;
import dev.errand.Json;
import dev.errand.LogLine;
import dev.errand.MetadataEdit;
import dev.errand.Progress;
import dev.errand.PublishedValue;
import dev.errand.PurgeAnswer;
import dev.errand.ReplayOptions;
import dev.errand.RescheduleAnswer;
import dev.errand.RetryAnswer;
import dev.errand.Run;
import dev.errand.RunId;
import dev.errand.RunInfo;
import dev.errand.RunResult;
import dev.errand.RunState;
import dev.errand.SignalInfo;
import dev.errand.Step;
import dev.errand.Subscription;
import dev.errand.TypeRef;
import dev.errand.engine.json.UnfitException;
import dev.errand.engine.step.StepList;
import dev.errand.store.Store;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A run by its id; all it knows is asked of the store. */
final class RunHandle<O extends @Nullable Object> implements Run<O> {
    private static final int LOG_PAGE = 1_000;
    private static final int ITEM_PAGE = 1_000;

    private final Engine engine;
    private final RunId id;
    private final Type outputType;
    private final boolean hit;

    RunHandle(Engine engine, RunId id, Type outputType) {
        this(engine, id, outputType, false);
    }

    /** @param hit whether the trigger that asks for it stored no new run */
    RunHandle(Engine engine, RunId id, Type outputType, boolean hit) {
        this.engine = engine;
        this.id = id;
        this.outputType = outputType;
        this.hit = hit;
    }

    private Store store() {
        return engine.store();
    }

    @Override
    public RunId id() {
        return id;
    }

    @Override
    public boolean isHit() {
        return hit;
    }

    @Override
    public RunInfo info() {
        return engine.values.look(() -> engine.lookup().get(id));
    }

    @Override
    public RunState state() {
        return info().state();
    }

    @Override
    public List<Attempt> attempts() {
        return store().attempts(id);
    }

    @Override
    public boolean isFinished() {
        return state().isTerminal();
    }

    @Override
    public boolean isFailed() {
        return state().isUnsuccessful();
    }

    // ── waiting

    @Override
    public O await(Duration timeout) throws InterruptedException {
        return switch (result(timeout)) {
            case RunResult.Completed<O>(var run, var output) -> output;
            case RunResult.Unsuccessful<O> bad -> throw bad.error();
            case RunResult.Unfinished<O>(var run, var state) -> throw new AwaitTimeoutException(run, state, timeout);
        };
    }

    @Override
    public RunResult<O> result(Duration timeout) throws InterruptedException {
        long end = System.nanoTime() + Waiting.nanos(timeout);
        RunInfo now = engine.lookup().find(id, timeout).orElse(null);
        if (now == null) {
            return new RunResult.Unfinished<>(id, RunState.QUEUED); // at best: its transaction is still open
        }
        return now.state().isTerminal() ? result(now) : engine.waiting().result(this, end - System.nanoTime());
    }

    @Override
    public CompletionStage<O> future() {
        CompletableFuture<O> future = new CompletableFuture<>();
        engine.waiting().onFinish(this, () -> !complete(future), engine.handlers());
        return future;
    }

    /** Answers whether it could. */
    private boolean complete(CompletableFuture<O> future) {
        try {
            switch (resultNow()) {
                case RunResult.Completed<O>(var run, var output) -> future.complete(output);
                case RunResult.Unsuccessful<O> bad -> future.completeExceptionally(bad.error());
                case RunResult.Unfinished<O> open -> {
                    if (engine.waiting().isOpen()) {
                        return false;
                    }
                    future.completeExceptionally(
                            new IllegalStateException("The engine closed before " + id + " ended"));
                }
            }
        } catch (RuntimeException e) { // purged, or an output that does not fit its type
            future.completeExceptionally(e);
        }
        return true;
    }

    @Override
    public Subscription onFinish(Consumer<RunResult<O>> handler) {
        return onFinish(handler, engine.handlers());
    }

    @Override
    public Subscription onFinish(Consumer<RunResult<O>> handler, Executor executor) {
        return engine.waiting().onFinish(this, () -> !tell(handler), executor);
    }

    /** Answers whether there was something to tell. */
    private boolean tell(Consumer<RunResult<O>> handler) {
        RunResult<O> result = resultNow();
        boolean isToldOf = !(result instanceof RunResult.Unfinished<O>)
                || !engine.waiting().isOpen();
        if (isToldOf) {
            handler.accept(result);
        }
        return isToldOf;
    }

    @Override
    public @Nullable Object consume(Duration timeout) throws InterruptedException {
        RunResult<O> result = result(timeout);
        List<Json> items = new ArrayList<>(emitted());
        if (result instanceof RunResult.Completed<O>) {
            Json output = info().output();
            if (output != null && !output.isNull()) {
                items.add(output);
            }
        }
        forcePurge();
        List<@Nullable Object> values = new ArrayList<>();
        items.forEach(item -> values.add(engine.codec().natural(item)));
        return values.size() < 2 ? (values.isEmpty() ? null : values.getFirst()) : values;
    }

    /** The result as it stands in the store now. */
    RunResult<O> resultNow() {
        return result(info());
    }

    RunResult<O> result(RunInfo info) {
        if (!info.state().isTerminal()) {
            return new RunResult.Unfinished<>(id, info.state());
        }
        if (info.state() == RunState.COMPLETED) {
            Json output = info.output();
            byte[] json = output == null ? null : output.text().getBytes(StandardCharsets.UTF_8);
            return engine.results().completed(id, info.task(), json, outputType);
        }
        return engine.results().unsuccessful(id, info.task(), info.state(), info.reason(), info.failure());
    }

    // ── requests

    @Override
    public CancelAnswer cancel() {
        return cancel("canceled on request");
    }

    @Override
    public CancelAnswer cancel(String reason) {
        return engine.requests().cancel(id, reason);
    }

    @Override
    public RetryAnswer retry() {
        return engine.requests().retry(id, false);
    }

    @Override
    public RetryAnswer forceRetry() {
        return engine.requests().retry(id, true);
    }

    @Override
    public Run<O> replay() {
        return replay(ReplayOptions.none());
    }

    @Override
    public Run<O> replay(ReplayOptions options) {
        return new Replaying(engine).like(info(), options, outputType);
    }

    @Override
    public Run<O> replayFrom(String step) {
        return new RunHandle<>(engine, new Replaying(engine).from(info(), step), outputType);
    }

    @Override
    public RescheduleAnswer reschedule(Instant due) {
        return engine.requests().reschedule(id, due);
    }

    @Override
    public PurgeAnswer purge() {
        return engine.requests().purge(id);
    }

    @Override
    public PurgeAnswer forcePurge() {
        return engine.requests().forcePurge(this);
    }

    private RunNotes notes() {
        return new RunNotes(store().notes(), engine.lookup(), engine.codec());
    }

    @Override
    public List<String> addTags(String... tags) {
        return notes().addTags(id, tags);
    }

    @Override
    public Map<String, Object> editMetadata(List<MetadataEdit> edits) {
        return editMetadata(edits, List.of(), List.of());
    }

    @Override
    public Map<String, Object> editMetadata(
            List<MetadataEdit> edits, List<MetadataEdit> parents, List<MetadataEdit> roots) {
        return notes().edit(id, edits, parents, roots);
    }

    // ── what it left

    @Override
    public List<Step> steps() {
        return StepList.of(store(), id);
    }

    @Override
    public List<SignalInfo> signals() {
        return store().signals().unreceived(id);
    }

    @Override
    public List<PublishedValue> published() {
        return store().signals().published(id);
    }

    @Override
    public <T> Optional<T> published(String name, Class<T> type) {
        return published(name, (Type) type);
    }

    @Override
    public <T> Optional<T> published(String name, TypeRef<T> type) {
        return published(name, type.type());
    }

    private <T> Optional<T> published(String name, Type type) {
        return published().stream()
                .filter(value -> value.name().equals(name))
                .findFirst()
                .flatMap(value -> read(value, type));
    }

    @SuppressWarnings("unchecked") // it was read as that type
    private <T> Optional<T> read(PublishedValue value, Type type) {
        if (value.value().isNull()) {
            return Optional.empty();
        }
        try {
            return Optional.ofNullable(
                    (T) engine.codec().read(value.value().text().getBytes(StandardCharsets.UTF_8), type));
        } catch (UnfitException e) {
            throw new IllegalStateException(
                    "The value '%s' that run %s has published does not fit %s%s: %s"
                            .formatted(
                                    value.name(),
                                    id,
                                    type.getTypeName(),
                                    e.path().isEmpty() ? "" : " at " + e.path(),
                                    e.reason()),
                    e);
        }
    }

    @Override
    public List<Json> emitted() {
        return store().emitted(id);
    }

    @Override
    public List<EmittedItem> emitted(long after) {
        return store().emitted(id, after, ITEM_PAGE);
    }

    @Override
    public List<EmittedItem> takeEmitted() {
        return store().takeEmitted(id, ITEM_PAGE);
    }

    @Override
    public Optional<Progress> progress() {
        return Optional.ofNullable(info().progress());
    }

    @Override
    public List<LogLine> log() {
        List<LogLine> all = new ArrayList<>();
        List<LogLine> page = log(0);
        while (!page.isEmpty()) {
            all.addAll(page);
            page = page.size() < LOG_PAGE ? List.of() : log(page.getLast().position());
        }
        return all;
    }

    @Override
    public List<LogLine> log(long after) {
        return store().log(id, after, LOG_PAGE);
    }

    @Override
    public String toString() {
        return "Run[" + id + "]";
    }
}
