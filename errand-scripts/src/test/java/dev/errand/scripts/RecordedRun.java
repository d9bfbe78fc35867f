package dev.errand.scripts;

import dev.errand.Branch;
import dev.errand.Json;
import dev.errand.LoopBody;
import dev.errand.Metadata;
import dev.errand.NamedLock;
import dev.errand.Progress;
import dev.errand.Run;
import dev.errand.RunId;
import dev.errand.RunInfo;
import dev.errand.RunResult;
import dev.errand.StepAction;
import dev.errand.StepBody;
import dev.errand.StepOptions;
import dev.errand.Task;
import dev.errand.Token;
import dev.errand.TokenOptions;
import dev.errand.TokenResult;
import dev.errand.TransactionAction;
import dev.errand.TransactionBody;
import dev.errand.TriggerOptions;
import dev.errand.TriggerRequest;
import dev.errand.TypeRef;
import dev.errand.UntilAnswer;
import dev.errand.UntilCondition;
import dev.errand.Value;
import dev.errand.Winner;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BiPredicate;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.Marker;
import org.slf4j.event.Level;
import org.slf4j.helpers.AbstractLogger;

/** A run without an engine: keeps what a body says. The log keeps the first 1,000 lines and counts the rest. */
class RecordedRun extends WithoutSignals {
    static final int KEPT_LINES = 1000;

    final RunId id = RunId.next();
    final List<@Nullable Object> emitted = new CopyOnWriteArrayList<>();
    final List<Progress> progress = new CopyOnWriteArrayList<>();
    final List<String> log = new CopyOnWriteArrayList<>();
    final BlockingQueue<String> lines = new LinkedBlockingQueue<>(KEPT_LINES);
    final java.util.concurrent.atomic.LongAdder logged = new java.util.concurrent.atomic.LongAdder();
    private final @Nullable String name;

    RecordedRun() {
        this(null);
    }

    RecordedRun(@Nullable String name) {
        this.name = name;
    }

    /** Waits for a line of the log, passing over others. */
    void awaitLine(String expected) throws InterruptedException {
        String line;
        do {
            line = lines.poll(60, TimeUnit.SECONDS);
            if (line == null) {
                throw new AssertionError("no line '" + expected + "' came, only " + log);
            }
        } while (!line.contains(expected));
    }

    @Override
    public RunId id() {
        return id;
    }

    @Override
    public int attempt() {
        return 1;
    }

    @Override
    public String task() {
        return "tested";
    }

    @Override
    public Optional<String> name() {
        return Optional.ofNullable(name);
    }

    @Override
    public List<String> tags() {
        return List.of();
    }

    @Override
    public Instant createdAt() {
        return Instant.EPOCH;
    }

    @Override
    public Map<String, Object> init() {
        return Map.of();
    }

    @Override
    public void sleep(String named, Duration duration) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void sleepUntil(String named, Instant instant) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Metadata metadata() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void emit(@Nullable Object item) {
        emitted.add(item);
    }

    @Override
    public void progress(long done, long total) {
        progress.add(new Progress(done, total));
    }

    @Override
    public Logger log() {
        return new Log();
    }

    @Override
    public void raise(String event, @Nullable Object data) {
        throw new UnsupportedOperationException();
    }

    @Override
    public NamedLock lock(String lock) {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean isCancelled() {
        return Thread.currentThread().isInterrupted();
    }

    @Override
    public <T extends @Nullable Object, X extends Exception> T step(
            String step, Class<T> type, StepOptions options, StepBody<T, X> body) {
        throw new UnsupportedOperationException();
    }

    @Override
    public <T extends @Nullable Object, X extends Exception> T step(
            String step, TypeRef<T> type, StepOptions options, StepBody<T, X> body) {
        throw new UnsupportedOperationException();
    }

    @Override
    public <X extends Exception> void step(String step, StepOptions options, StepAction<X> action) {
        throw new UnsupportedOperationException();
    }

    @Override
    public <T extends @Nullable Object, X extends Exception> T transaction(
            String name, Class<T> type, StepOptions options, TransactionBody<T, X> body) {
        throw new UnsupportedOperationException("no store");
    }

    @Override
    public <T extends @Nullable Object, X extends Exception> T transaction(
            String name, TypeRef<T> type, StepOptions options, TransactionBody<T, X> body) {
        throw new UnsupportedOperationException("no store");
    }

    @Override
    public <X extends Exception> void transaction(String name, StepOptions options, TransactionAction<X> action) {
        throw new UnsupportedOperationException("no store");
    }

    @Override
    public Instant now() {
        return Instant.now();
    }

    @Override
    public RandomGenerator random() {
        return RandomGenerator.getDefault();
    }

    @Override
    public UUID newId() {
        return UUID.randomUUID();
    }

    @Override
    public void complete(Connection connection, @Nullable Object output) {
        throw new UnsupportedOperationException();
    }

    @Override
    public <P extends @Nullable Object, O extends @Nullable Object> Run<O> trigger(Task<P, O> task, P payload) {
        throw new UnsupportedOperationException();
    }

    @Override
    public <P extends @Nullable Object, O extends @Nullable Object> Run<O> trigger(
            Task<P, O> task, P payload, TriggerOptions options) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Run<Json> trigger(String task, @Nullable Object payload, TriggerOptions options) {
        throw new UnsupportedOperationException();
    }

    @Override
    public <P extends @Nullable Object, O extends @Nullable Object> List<RunResult<O>> invokeAll(
            Task<P, O> task, List<? extends P> payloads, TriggerOptions options) {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<RunResult<Json>> invokeAll(String name, List<TriggerRequest> children) {
        throw new UnsupportedOperationException();
    }

    @Override
    public <T> Token<T> token(Class<T> type, TokenOptions options) {
        throw new UnsupportedOperationException();
    }

    @Override
    public <T> Token<T> token(TypeRef<T> type, TokenOptions options) {
        throw new UnsupportedOperationException();
    }

    @Override
    public <T extends @Nullable Object> TokenResult<T> await(Token<T> token) {
        throw new UnsupportedOperationException();
    }

    @Override
    public <T> Value<T> value(String named, Class<T> type) {
        throw new UnsupportedOperationException();
    }

    @Override
    public <T> Value<T> value(String named, TypeRef<T> type) {
        throw new UnsupportedOperationException();
    }

    @Override
    public RunInfo infoOf(RunId other) {
        throw new UnsupportedOperationException();
    }

    @Override
    public <O extends @Nullable Object> Optional<RunResult<O>> resultOf(RunId other, Class<O> type) {
        throw new UnsupportedOperationException();
    }

    @Override
    public <O extends @Nullable Object> Optional<RunResult<O>> resultOf(RunId other, TypeRef<O> type) {
        throw new UnsupportedOperationException();
    }

    @Override
    public <T, X extends Exception> T until(String named, Class<T> type, UntilAnswer<T, X> condition) {
        throw new UnsupportedOperationException();
    }

    @Override
    public <T, X extends Exception> T until(String named, TypeRef<T> type, UntilAnswer<T, X> condition) {
        throw new UnsupportedOperationException();
    }

    @Override
    public <T, X extends Exception> T untilChanges(
            String named, Class<T> type, UntilAnswer<T, X> look, BiPredicate<? super T, ? super T> same) {
        throw new UnsupportedOperationException();
    }

    @Override
    public <T, X extends Exception> T untilChanges(
            String named, TypeRef<T> type, UntilAnswer<T, X> look, BiPredicate<? super T, ? super T> same) {
        throw new UnsupportedOperationException();
    }

    @Override
    public <X extends Exception> void until(String named, UntilCondition<X> condition) {
        throw new UnsupportedOperationException();
    }

    @Override
    public <T extends @Nullable Object, X extends Exception> T loop(
            String named, Duration interval, LoopBody<T, X> body) {
        throw new UnsupportedOperationException();
    }

    @Override
    public <T extends @Nullable Object> List<T> parallel(String named, List<Branch<T>> branches) {
        throw new UnsupportedOperationException();
    }

    @Override
    public <T extends @Nullable Object> Winner<T> anyOf(String named, List<Branch<T>> branches) {
        throw new UnsupportedOperationException();
    }

    private final class Log extends AbstractLogger {
        @Override
        protected @Nullable String getFullyQualifiedCallerName() {
            return null;
        }

        @Override
        protected void handleNormalizedLoggingCall(
                Level level,
                @Nullable Marker marker,
                String message,
                @Nullable Object @Nullable [] arguments,
                @Nullable Throwable error) {
            String line = level + " " + message;
            logged.increment();
            if (log.size() < KEPT_LINES) {
                log.add(line);
            }
            lines.offer(line);
        }

        @Override
        public boolean isTraceEnabled() {
            return true;
        }

        @Override
        public boolean isTraceEnabled(Marker marker) {
            return true;
        }

        @Override
        public boolean isDebugEnabled() {
            return true;
        }

        @Override
        public boolean isDebugEnabled(Marker marker) {
            return true;
        }

        @Override
        public boolean isInfoEnabled() {
            return true;
        }

        @Override
        public boolean isInfoEnabled(Marker marker) {
            return true;
        }

        @Override
        public boolean isWarnEnabled() {
            return true;
        }

        @Override
        public boolean isWarnEnabled(Marker marker) {
            return true;
        }

        @Override
        public boolean isErrorEnabled() {
            return true;
        }

        @Override
        public boolean isErrorEnabled(Marker marker) {
            return true;
        }
    }
}
