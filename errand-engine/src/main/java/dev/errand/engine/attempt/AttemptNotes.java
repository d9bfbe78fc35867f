package dev.errand.engine.attempt;

import dev.errand.Json;
import dev.errand.LogLine;
import dev.errand.Progress;
import dev.errand.PublishedValue;
import dev.errand.StoreException;
import dev.errand.engine.step.Bookmark;
import dev.errand.store.Claim;
import dev.errand.store.Receipt;
import dev.errand.store.Report;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.Level;

/** Collects what a body says, for the {@link Sweeper} to bring to the store. */
final class AttemptNotes implements NoteTaker {
    /** How long a body that raises waits for a store that is away. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Attempt attempt;
    private @Nullable Notes notes;
    private boolean countedLines;
    private boolean countedPublished;

    AttemptNotes(Attempt attempt) {
        this.attempt = attempt;
    }

    /** What was said; null if nothing was. */
    synchronized @Nullable Notes written() {
        return notes;
    }

    /**
     * Brings what was not brought yet to the store.
     *
     * @param heard told what came of it
     */
    void record(Consumer<Receipt> heard) {
        Notes written = written();
        if (written == null) {
            return;
        }
        synchronized (written) { // who takes what was noted first, brings it first
            Report.Noted report = written.drain(attempt.claim());
            if (report != null) {
                attempt.surroundings().recorder().record(report, receipt -> {
                    written.confirmed(report);
                    heard.accept(receipt);
                });
            }
        }
    }

    private synchronized Notes notes() {
        if (notes == null) {
            notes = new Notes(emittedBefore());
        }
        return notes;
    }

    private void noted(boolean first) {
        if (first) {
            attempt.surroundings().sweeper().noted(attempt);
        }
    }

    @Override
    public void emit(byte[] item) {
        noted(notes().emit(item, attempt.maxOutput()));
    }

    @Override
    public void line(Level level, String message) {
        countEarlierLines();
        int number = attempt.claim().attempt();
        noted(notes().log(new LogLine(0, attempt.now(), number, level, message)));
    }

    @Override
    public void progress(Progress progress) {
        noted(notes().progress(progress));
    }

    @Override
    public void metadata(String json) {
        noted(notes().metadata(json));
    }

    @Override
    public void publish(String name, byte[] json) {
        Notes counted = countedPublished();
        Json value = new Json(new String(json, StandardCharsets.UTF_8));
        noted(counted.publish(new PublishedValue(name, value, attempt.now()), json.length));
    }

    private synchronized Notes countedPublished() {
        Notes counted = notes();
        if (!countedPublished && !isFirstTime()) {
            try {
                counted.alreadyPublished(attempt.surroundings()
                        .store()
                        .signals()
                        .published(attempt.claim().run()));
            } catch (StoreException e) {
                // As of lines: what is already there does not count while the store is away.
            }
        }
        countedPublished = true;
        return counted;
    }

    private boolean isFirstTime() {
        Claim claim = attempt.claim();
        return claim.attempt() == 1 && claim.redeliveries() == 0 && !claim.resumed();
    }

    @Override
    public void raise(String event, @Nullable String data) {
        Notes raising = notes();
        if (!hasRoom(raising)) {
            throw new StoreException(
                    Thread.currentThread().isInterrupted()
                            ? "'%s' cannot be raised: the body is to stop, and the store has not taken what it raised since"
                                    .formatted(event)
                            : "'%s' cannot be raised: the store has not taken earlier events for %d s, and no more are kept in memory"
                                    .formatted(event, PATIENCE.toSeconds()));
        }
        raise(raising, event, data);
    }

    private void raise(Notes raising, String event, @Nullable String data) {
        noted(raising.raise(new Report.Raised(event, attempt.now(), data)));
    }

    /** As {@link #raise}, however much waits for the store: whoever asks has waited until there was {@link #hasRoomToRaise room}. */
    void raised(String event, @Nullable String data) {
        raise(notes(), event, data);
    }

    /** Whether the store keeps pace with what is raised. */
    boolean hasRoomToRaise() {
        Notes written = written();
        return written == null || written.hasRoomToRaise();
    }

    /** Waits for it, unless the body is to stop: what it says last has some room of its own, but only some, should it not stop. */
    static boolean hasRoom(Notes raising) {
        try {
            return raising.awaitRoomToRaise(PATIENCE.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return raising.hasRoomToEnd();
        }
    }

    @Override
    public long emittedBytes() {
        Notes written = written();
        return written == null ? emittedBefore() : written.emittedBytes();
    }

    private long emittedBefore() {
        Bookmark bookmark = attempt.bookmark();
        Long emitted = bookmark == null ? null : bookmark.emitted();
        return emitted == null ? 0 : emitted;
    }

    private synchronized void countEarlierLines() {
        if (!isFirstTime() && !countedLines) {
            countedLines = true;
            try {
                readEarlierLines(notes());
            } catch (StoreException e) {
                // The store is away for a moment: they do not count. No body is to fail because its log might get too
                // long.
            }
        }
    }

    private void readEarlierLines(Notes counted) {
        long after = 0;
        for (int read = 0; read < Notes.MAX_LINES; ) {
            List<LogLine> lines =
                    attempt.surroundings().store().log(attempt.claim().run(), after, 1_000);
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
}
