package dev.errand.client;

import dev.errand.Attempt;
import dev.errand.CancelAnswer;
import dev.errand.EmittedItem;
import dev.errand.Json;
import dev.errand.LogLine;
import dev.errand.MetadataEdit;
import dev.errand.Page;
import dev.errand.Progress;
import dev.errand.PublishedValue;
import dev.errand.PurgeAnswer;
import dev.errand.ReplayOptions;
import dev.errand.RescheduleAnswer;
import dev.errand.RetryAnswer;
import dev.errand.Run;
import dev.errand.RunId;
import dev.errand.RunInfo;
import dev.errand.RunNotFoundException;
import dev.errand.RunResult;
import dev.errand.RunState;
import dev.errand.SignalInfo;
import dev.errand.Step;
import dev.errand.Subscription;
import dev.errand.TypeRef;
import dev.errand.json.MetadataEditJson;
import java.lang.reflect.Type;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongFunction;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** A run by its id; all it knows is asked of the server. */
final class RemoteRun<O extends @Nullable Object> implements Run<O> {
    private static final int PAGE = 1_000;

    private final Connected client;
    private final RunId id;
    private final Type outputType;
    private final boolean hit;
    private final RunWaits<O> waits;

    private record Cancel(String reason) {}

    private record Canceled(CancelAnswer answer) {}

    private record Retried(RetryAnswer answer) {}

    private record Rescheduled(RescheduleAnswer answer) {}

    private record Purged(PurgeAnswer answer) {}

    private record Tags(List<String> tags) {}

    private record Edits(List<MetadataEditJson> edits, List<MetadataEditJson> parents, List<MetadataEditJson> roots) {}

    private record Noted(Map<String, Object> metadata) {}

    /** @param hit whether the trigger that asks for it stored no new run */
    RemoteRun(Connected client, RunId id, Type outputType, boolean hit) {
        this.client = client;
        this.id = id;
        this.outputType = outputType;
        this.hit = hit;
        this.waits = new RunWaits<>(client, this);
    }

    private String path(Object... more) {
        Object[] all = new Object[more.length + 2];
        all[0] = "runs";
        all[1] = id;
        System.arraycopy(more, 0, all, 2, more.length);
        return Address.path(all);
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
        return client.server().ask(Ask.get(path()), RunInfo.class);
    }

    @Override
    public RunState state() {
        return info().state();
    }

    private <T> List<T> items(Ask ask, TypeRef<Page<T>> type) {
        return client.server().ask(ask, type).items();
    }

    @Override
    public List<Attempt> attempts() {
        return items(Ask.get(path("attempts")), new TypeRef<Page<Attempt>>() {});
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

    RunResult<O> resultNow() {
        return Results.of(info(), outputType);
    }

    @Override
    public O await(Duration timeout) throws InterruptedException {
        return waits.await(timeout);
    }

    @Override
    public RunResult<O> result(Duration timeout) throws InterruptedException {
        return waits.result(timeout);
    }

    @Override
    public CompletionStage<O> future() {
        return waits.future();
    }

    @Override
    public @Nullable Object consume(Duration timeout) throws InterruptedException {
        return waits.consume(timeout);
    }

    @Override
    public Subscription onFinish(Consumer<RunResult<O>> handler) {
        return onFinish(handler, Calls.OWN);
    }

    @Override
    public Subscription onFinish(Consumer<RunResult<O>> handler, Executor executor) {
        return waits.onFinish(handler, executor);
    }

    // ── requests

    @Override
    public CancelAnswer cancel() {
        return cancel("canceled on request");
    }

    @Override
    public CancelAnswer cancel(String reason) {
        Ask ask = Ask.post(path("cancel"), new Cancel(reason)).repeated();
        return asked(ask, Canceled.class, Canceled::answer, CancelAnswer.NOT_FOUND);
    }

    @Override
    public RetryAnswer retry() {
        return retry(false);
    }

    @Override
    public RetryAnswer forceRetry() {
        return retry(true);
    }

    private RetryAnswer retry(boolean force) {
        Ask ask = Ask.post(path("retry"), Ask.only("force", force));
        return asked(ask, Retried.class, Retried::answer, RetryAnswer.NOT_FOUND);
    }

    @Override
    public Run<O> replay() {
        return replay(ReplayOptions.none());
    }

    @Override
    public Run<O> replay(ReplayOptions options) {
        return new Replays(client).like(id, options, outputType);
    }

    @Override
    public Run<O> replayFrom(String step) {
        return new Replays(client).from(id, step, outputType);
    }

    @Override
    public RescheduleAnswer reschedule(Instant due) {
        Ask ask = Ask.post(path("reschedule"), Ask.only("at", due)).repeated();
        return asked(ask, Rescheduled.class, Rescheduled::answer, RescheduleAnswer.NOT_FOUND);
    }

    @Override
    public PurgeAnswer purge() {
        return purge("");
    }

    @Override
    public PurgeAnswer forcePurge() {
        return purge("?force=true");
    }

    private PurgeAnswer purge(String query) {
        Ask ask = Ask.delete(path() + query).repeated();
        return asked(ask, Purged.class, Purged::answer, PurgeAnswer.NOT_FOUND);
    }

    /**
     * Asks it to do something.
     *
     * @param gone what is answered if there is no such run
     */
    private <A, T> T asked(Ask ask, Class<A> type, Function<A, T> answer, T gone) {
        try {
            return answer.apply(client.server().ask(ask, type));
        } catch (RunNotFoundException e) {
            return gone;
        }
    }

    @Override
    public List<String> addTags(String... tags) {
        Ask ask = Ask.post(path("tags"), new Tags(List.of(tags))).repeated();
        return client.server().ask(ask, Tags.class).tags();
    }

    @Override
    public Map<String, Object> editMetadata(List<MetadataEdit> edits) {
        return editMetadata(edits, List.of(), List.of());
    }

    @Override
    public Map<String, Object> editMetadata(
            List<MetadataEdit> edits, List<MetadataEdit> parents, List<MetadataEdit> roots) {
        Ask ask = Ask.post(path("metadata"), new Edits(written(edits), written(parents), written(roots)));
        return client.server().ask(ask, Noted.class).metadata();
    }

    private static List<MetadataEditJson> written(List<MetadataEdit> edits) {
        return edits.stream().map(MetadataEditJson::of).toList();
    }

    // ── what it left

    @Override
    public List<Step> steps() {
        return items(Ask.get(path("steps")), new TypeRef<Page<Step>>() {});
    }

    @Override
    public List<SignalInfo> signals() {
        return items(Ask.get(path("signals")), new TypeRef<Page<SignalInfo>>() {});
    }

    @Override
    public List<PublishedValue> published() {
        return items(Ask.get(path("published")), new TypeRef<Page<PublishedValue>>() {});
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

    @SuppressWarnings("unchecked") // it is read as that type
    private <T> Optional<T> read(PublishedValue value, Type type) {
        String what = "The value '%s' that run %s has published".formatted(value.name(), id);
        return value.value().isNull()
                ? Optional.empty()
                : Optional.ofNullable((T) Results.fitting(what, value.value(), type));
    }

    @Override
    public List<Json> emitted() {
        return items(Ask.get(path("emitted", "latest")), new TypeRef<Page<Json>>() {});
    }

    @Override
    public List<EmittedItem> emitted(long after) {
        return items(Ask.get(path("emitted") + "?after=" + after), new TypeRef<Page<EmittedItem>>() {});
    }

    @Override
    public List<EmittedItem> takeEmitted() {
        return items(Ask.post(path("emitted", "take")), new TypeRef<Page<EmittedItem>>() {});
    }

    @Override
    public Optional<Progress> progress() {
        return Optional.ofNullable(info().progress());
    }

    @Override
    public List<LogLine> log() {
        return whole(this::log, LogLine::position);
    }

    private static <T> List<T> whole(LongFunction<List<T>> part, ToLongFunction<T> position) {
        List<T> all = new ArrayList<>();
        List<T> page = part.apply(0);
        while (!page.isEmpty()) {
            all.addAll(page);
            page = page.size() < PAGE ? List.of() : part.apply(position.applyAsLong(page.getLast()));
        }
        return all;
    }

    @Override
    public List<LogLine> log(long after) {
        return items(Ask.get(path("log") + "?after=" + after), new TypeRef<Page<LogLine>>() {});
    }

    @Override
    public String toString() {
        return "Run[" + id + "]";
    }
}
