package dev.errand.engine.attempt;

import dev.errand.StoreException;
import dev.errand.engine.json.UnfitException;
import dev.errand.engine.record.Outcome;
import dev.errand.engine.step.Bookmark;
import dev.errand.engine.step.Said;
import dev.errand.store.StepEntry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What an attempt knows of itself from before it waited, and leaves behind when it waits. */
final class Resumption {
    private static final Logger LOG = LoggerFactory.getLogger(Resumption.class);

    private final Attempt attempt;
    private volatile @Nullable Bookmark bookmark;
    private @Nullable Tally tally;

    Resumption(Attempt attempt) {
        this.attempt = attempt;
    }

    /** Reads the bookmark if there is one. Answers whether it could be read: else the run is to be given back, and goes on later. */
    boolean isKnown() {
        if (!attempt.claim().resumed()) {
            return true;
        }
        try {
            byte[] json = attempt.settlement().journal().bookmark();
            Bookmark read = json == null ? null : (Bookmark) attempt.codec().read(json, Bookmark.class);
            bookmark = read == null || read.attempt() != attempt.claim().attempt() ? null : read;
            return true;
        } catch (UnfitException e) { // written by code that is newer
            LOG.atWarn()
                    .addKeyValue("run", attempt.claim().run())
                    .addKeyValue("reason", e.reason())
                    .log("What an attempt was at before it waited cannot be read; its body says again what it said");
            return true;
        } catch (StoreException e) {
            return false;
        }
    }

    /** What comes of it if its time was over before it could go on; null if it was not. */
    @Nullable
    Outcome late() {
        Bookmark known = bookmark;
        Deadline deadline =
                known == null ? null : Deadline.of(attempt.claim(), attempt.options(), attempt.startedAt(), known);
        return deadline == null || attempt.startedAt().isBefore(deadline.at())
                ? null
                : new Outcome.Overran(deadline.limit());
    }

    @Nullable
    Bookmark bookmark() {
        return bookmark;
    }

    synchronized Tally tally() {
        if (tally == null) {
            Bookmark known = bookmark;
            tally = new Tally(known == null ? Said.NOTHING : known.said());
        }
        return tally;
    }

    /**
     * When the attempt's body was first called.
     *
     * @param now when it was called this time
     */
    Instant began(Instant now) {
        Bookmark known = bookmark;
        return known == null ? now : known.began();
    }

    /** Adds to what came of the attempt what it has to know when it goes on; and has it go on by its timeout. */
    Outcome after(Outcome outcome) {
        if (!(outcome instanceof Outcome.Waits(var key, var until, var steps, var awaits))) {
            return outcome;
        }
        Instant startedAt = attempt.startedAt();
        Deadline timeout = Deadline.timeout(attempt.claim(), attempt.options().timeout(), startedAt, bookmark);
        Instant timeoutAt = timeout == null ? null : timeout.at();
        Bookmark before = bookmark;
        Duration active = Duration.between(startedAt, attempt.now());
        Bookmark next = new Bookmark(
                attempt.claim().attempt(),
                began(startedAt),
                timeoutAt,
                before == null ? active : active.plus(before.active()),
                key,
                tally().said(),
                attempt.notes().emittedBytes());
        List<StepEntry> all = new ArrayList<>(steps);
        all.add(attempt.settlement().journal().bookmark(write(next)));
        return new Outcome.Waits(key, earlier(until, timeoutAt), all, awaits);
    }

    private static @Nullable Instant earlier(@Nullable Instant one, @Nullable Instant other) {
        return one == null || (other != null && other.isBefore(one)) ? other : one;
    }

    private byte[] write(Bookmark next) {
        try {
            return attempt.codec().write(next);
        } catch (UnfitException e) {
            throw new IllegalStateException("A bookmark can be written", e);
        }
    }
}
