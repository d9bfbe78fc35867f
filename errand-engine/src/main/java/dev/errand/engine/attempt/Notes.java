package dev.errand.engine.attempt;

import dev.errand.LogLine;
import dev.errand.Progress;
import dev.errand.PublishedValue;
import dev.errand.store.Claim;
import dev.errand.store.Report;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.Level;

/** What a body said since it was last brought to the store. Thread-safe. */
final class Notes {
    private static final String NO_METADATA = "{}";
    static final int MAX_LINES = 10_000;
    static final int MAX_LOG_CHARS = 1_000_000;
    static final long MAX_RAISED_CHARS = 8_000_000;
    /** What an event takes beside its data, roughly. */
    private static final long EVENT_CHARS = 100;

    private List<byte[]> emitted = new ArrayList<>(2);
    private List<LogLine> lines = new ArrayList<>(2);
    private List<Report.Raised> raised = new ArrayList<>(2);
    private final List<Report.Noted> sent = new ArrayList<>(2);
    private Map<String, PublishedValue> published = new LinkedHashMap<>(2);
    private final PublishedSizes publishedSizes = new PublishedSizes();
    private @Nullable Progress progress;
    private @Nullable String metadata;
    private @Nullable String metadataBefore;
    private boolean dirty;
    private long emittedBytes;
    private int lineCount;
    private long lineChars;
    private boolean capped;
    private long raisedChars;

    /** @param emittedBefore how many bytes the attempt has emitted that are kept already */
    Notes(long emittedBefore) {
        emittedBytes = emittedBefore;
    }

    /** Counts what earlier attempts have written against the cap of the log. */
    synchronized void alreadyLogged(int count, long chars) {
        lineCount += count;
        lineChars += chars;
    }

    /** Counts what earlier attempts have published against what is kept. */
    synchronized void alreadyPublished(List<PublishedValue> values) {
        values.forEach(publishedSizes::count);
    }

    /** Each of the following answers whether this is the first note since the last {@link #drain}. */
    synchronized boolean emit(byte[] item, int maxOutput) {
        String tooMuch = NoteTaker.tooMuch(emittedBytes, item.length, maxOutput);
        if (tooMuch != null) {
            throw new IllegalArgumentException(tooMuch);
        }
        emittedBytes += item.length;
        emitted.add(item);
        return mark();
    }

    synchronized boolean log(LogLine line) {
        if (capped) {
            return false;
        }
        if (lineCount >= MAX_LINES || lineChars + line.message().length() > MAX_LOG_CHARS) {
            capped = true;
            lines.add(new LogLine(
                    0,
                    line.at(),
                    line.attempt(),
                    Level.WARN,
                    "The log is full (10,000 lines or 1 MB); what follows is not kept"));
            return mark();
        }
        lineCount++;
        lineChars += line.message().length();
        lines.add(line);
        return mark();
    }

    synchronized boolean progress(Progress next) {
        progress = next;
        return mark();
    }

    synchronized boolean metadata(String json) {
        metadata = json;
        return mark();
    }

    synchronized boolean publish(PublishedValue value, int bytes) {
        publishedSizes.add(value.name(), bytes);
        published.put(value.name(), value);
        return mark();
    }

    synchronized boolean raise(Report.Raised event) {
        raised.add(event);
        raisedChars += chars(event);
        return mark();
    }

    /**
     * Waits while too much of what was raised is not confirmed by the store: memory is not to grow while a database is away.
     *
     * @return whether there is room
     */
    synchronized boolean awaitRoomToRaise(long millis) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        for (long left = millis; !hasRoomToRaise() && left > 0; left = toMillis(end - System.nanoTime())) {
            wait(left);
        }
        return hasRoomToRaise();
    }

    synchronized boolean hasRoomToRaise() {
        return raisedChars < MAX_RAISED_CHARS;
    }

    /** As {@link #hasRoomToRaise}, for a body that is to stop: as much again. */
    synchronized boolean hasRoomToEnd() {
        return raisedChars < 2 * MAX_RAISED_CHARS;
    }

    private static long chars(Report.Raised event) {
        return EVENT_CHARS + (event.data() == null ? 0 : event.data().length());
    }

    synchronized long emittedBytes() {
        return emittedBytes;
    }

    private boolean mark() {
        boolean first = !dirty;
        dirty = true;
        return first;
    }

    /**
     * What the store has not confirmed, without taking it; null if there is nothing. What was sent is given a moment to be
     * confirmed.
     */
    synchronized Report.@Nullable Noted unconfirmed(Claim claim, long millis) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        for (long left = millis; !sent.isEmpty() && left > 0; left = toMillis(end - System.nanoTime())) {
            wait(left);
        }
        Report.Noted all = dirty ? report(claim) : null;
        for (Report.Noted earlier : sent.reversed()) {
            all = all == null ? earlier.sentAgain() : join(earlier, all).sentAgain();
        }
        return all;
    }

    private static long toMillis(long nanos) {
        return TimeUnit.NANOSECONDS.toMillis(nanos);
    }

    private static Report.Noted join(Report.Noted first, Report.Noted then) {
        return new Report.Noted(
                first.claim(),
                both(first.emitted(), then.emitted()),
                both(first.lines(), then.lines()),
                then.progress() == null ? first.progress() : then.progress(),
                then.metadata() == null ? first.metadata() : then.metadata(),
                both(first.raised(), then.raised()),
                last(first.published(), then.published()),
                first.metadata() == null ? then.metadataBefore() : first.metadataBefore());
    }

    private static List<PublishedValue> last(List<PublishedValue> first, List<PublishedValue> then) {
        Map<String, PublishedValue> last = new LinkedHashMap<>();
        both(first, then).forEach(value -> last.put(value.name(), value));
        return List.copyOf(last.values());
    }

    private static <T> List<T> both(List<T> first, List<T> then) {
        List<T> both = new ArrayList<>(first);
        both.addAll(then);
        return both;
    }

    private Report.Noted report(Claim claim) {
        return new Report.Noted(
                claim,
                List.copyOf(emitted),
                List.copyOf(lines),
                progress,
                metadata,
                List.copyOf(raised),
                List.copyOf(published.values()),
                before(claim));
    }

    /** What the metadata was that has been changed since: as last sent, or as the claim had it. */
    private String before(Claim claim) {
        String claimed = claim.metadata() == null ? NO_METADATA : claim.metadata();
        return metadataBefore == null ? claimed : metadataBefore;
    }

    /** The store has answered a report that was taken. */
    synchronized void confirmed(Report.Noted report) {
        if (sent.remove(report)) {
            raisedChars -= report.raised().stream().mapToLong(Notes::chars).sum();
        }
        notifyAll();
    }

    /** Takes what there is, until it is {@link #confirmed}; null if there is nothing. */
    synchronized Report.@Nullable Noted drain(Claim claim) {
        if (!dirty) {
            return null;
        }
        Report.Noted report = new Report.Noted(
                claim, emitted, lines, progress, metadata, raised, List.copyOf(published.values()), before(claim));
        sent.add(report);
        metadataBefore = metadata == null ? metadataBefore : metadata;
        emitted = new ArrayList<>(2);
        lines = new ArrayList<>(2);
        raised = new ArrayList<>(2);
        published = new LinkedHashMap<>(2);
        progress = null;
        metadata = null;
        dirty = false;
        return report;
    }
}
