package dev.errand.engine.attempt;

import dev.errand.Json;
import dev.errand.LogLine;
import dev.errand.Metadata;
import dev.errand.NamedLock;
import dev.errand.Progress;
import dev.errand.Run;
import dev.errand.RunContext;
import dev.errand.RunId;
import dev.errand.StoreException;
import dev.errand.Task;
import dev.errand.TriggerOptions;
import dev.errand.engine.json.UnfitException;
import dev.errand.engine.lock.Locks;
import dev.errand.store.Claim;
import dev.errand.store.Report;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.event.Level;

/** The run as its body sees it. What it notes is collected and brought to the store by the {@link Sweeper}. */
final class AttemptContext implements RunContext {
    private final Attempt attempt;
    private final String task;
    private @Nullable Notes notes;
    private @Nullable RunMetadata metadata;
    private @Nullable RunLog log;
    private Locks.@Nullable Owner locksOwner;
    private volatile Map<String, Object> init = Map.of();

    AttemptContext(Attempt attempt, String task) {
        this.attempt = attempt;
        this.task = task;
    }

    private Claim claim() {
        return attempt.claim();
    }

    synchronized @Nullable Notes notes() {
        return notes;
    }

    private synchronized Notes notesToWrite() {
        if (notes == null) {
            notes = new Notes();
        }
        return notes;
    }

    private void noted(boolean first) {
        if (first) {
            attempt.surroundings().sweeper().noted(attempt);
        }
    }

    /** What hooks have prepared for this attempt. */
    void initialized(Map<String, Object> entries) {
        init = Collections.unmodifiableMap(new LinkedHashMap<>(entries));
    }

    @Override
    public Map<String, Object> init() {
        return init;
    }

    @Override
    public RunId id() {
        return claim().run();
    }

    @Override
    public int attempt() {
        return claim().attempt();
    }

    @Override
    public String task() {
        return task;
    }

    @Override
    public Optional<String> name() {
        return Optional.ofNullable(claim().name());
    }

    @Override
    public List<String> tags() {
        return claim().tags();
    }

    @Override
    public Instant createdAt() {
        return claim().createdAt();
    }

    @Override
    public synchronized Metadata metadata() {
        if (metadata == null) {
            metadata = new RunMetadata(
                    attempt.surroundings().codec(),
                    claim().metadata(),
                    json -> noted(notesToWrite().metadata(json)));
        }
        return metadata;
    }

    @Override
    public void emit(@Nullable Object item) {
        noted(notesToWrite()
                .emit(json("An emitted item", item), attempt.surroundings().maxOutput()));
    }

    @Override
    public void progress(long done, long total) {
        noted(notesToWrite().progress(new Progress(done, total)));
    }

    @Override
    public synchronized Logger log() {
        if (log == null) {
            log = new RunLog(task, this::line);
            if (claim().attempt() > 1 || claim().redeliveries() > 0) {
                countEarlierLines(notesToWrite());
            }
        }
        return log;
    }

    private void countEarlierLines(Notes counted) {
        try {
            readEarlierLines(counted);
        } catch (StoreException e) {
            // The store is away for a moment: they do not count. No body is to fail because its log might get too long.
        }
    }

    private void readEarlierLines(Notes counted) {
        long after = 0;
        for (int read = 0; read < Notes.MAX_LINES; ) {
            List<LogLine> lines = attempt.surroundings().store().log(id(), after, 1_000);
            if (lines.isEmpty()) {
                return;
            }
            counted.alreadyLogged(
                    lines.size(),
                    lines.stream().mapToLong(line -> line.message().length()).sum());
            after = lines.getLast().position();
            read += lines.size();
        }
    }

    private void line(Level level, String message) {
        noted(notesToWrite().log(new LogLine(0, attempt.now(), attempt(), level, message)));
    }

    @Override
    public void raise(String event, @Nullable Object data) {
        if (event.isBlank()
                || event.length() > 128
                || event.toLowerCase(Locale.ROOT).startsWith("run.")) {
            throw new IllegalArgumentException("'" + event
                    + "' cannot be raised: an event's name has 1 to 128 characters and does not begin with 'run.'");
        }
        String json = data == null ? null : new String(json("Data of an event", data), StandardCharsets.UTF_8);
        noted(notesToWrite().raise(new Report.Raised(event, attempt.now(), json)));
    }

    private byte[] json(String what, @Nullable Object value) {
        try {
            return attempt.surroundings().codec().write(value);
        } catch (UnfitException e) {
            throw new IllegalArgumentException(what + " cannot be written as JSON: " + e.reason(), e);
        }
    }

    @Override
    public NamedLock lock(String name) {
        return attempt.surroundings().locks().lock(name, locksOwner());
    }

    private synchronized Locks.Owner locksOwner() {
        if (locksOwner == null) {
            locksOwner = new Locks.Owner(id(), attempt());
        }
        return locksOwner;
    }

    /** The body has ended, or lost its run: it takes no locks any more. */
    void giveLocksBack() {
        Locks.Owner owner;
        synchronized (this) {
            owner = locksOwner;
        }
        if (owner != null) {
            attempt.surroundings().locks().ended(owner);
        }
    }

    @Override
    public boolean isCancelled() {
        return attempt.isStopping();
    }

    @Override
    public void complete(Connection connection, @Nullable Object output) {
        Completion.write(attempt, connection, output);
    }

    @Override
    public <P extends @Nullable Object, O extends @Nullable Object> Run<O> trigger(Task<P, O> other, P payload) {
        return trigger(other, payload, TriggerOptions.none());
    }

    @Override
    public <P extends @Nullable Object, O extends @Nullable Object> Run<O> trigger(
            Task<P, O> other, P payload, TriggerOptions options) {
        return attempt.surroundings().triggering().trigger(other, payload, options);
    }

    @Override
    public Run<Json> trigger(String other, @Nullable Object payload, TriggerOptions options) {
        return attempt.surroundings().triggering().trigger(other, payload, options);
    }
}
