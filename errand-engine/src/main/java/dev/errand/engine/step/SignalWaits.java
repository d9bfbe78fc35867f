package dev.errand.engine.step;

import dev.errand.ClaimLostException;
import dev.errand.Durations;
import dev.errand.RunId;
import dev.errand.SignalResult;
import dev.errand.StoreException;
import dev.errand.engine.json.Codec;
import dev.errand.engine.json.UnfitException;
import dev.errand.store.Inbox;
import dev.errand.store.Receipt;
import dev.errand.store.Report;
import dev.errand.store.StepEntry;
import java.lang.reflect.Type;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The signals that a body receives. The step that has received one and the end of the signal are one commit, made before the body goes on: whatever befalls
 * its process before that, the signal is still there, and after it the step is. Nobody else receives signals of the run, since none but the holder of its
 * claim records.
 *
 * <p>A body that finds none waits for a change of what it has found: one that came in between has happened.
 */
public final class SignalWaits {
    /**
     * What is kept while it is waited for.
     *
     * @param until when it times out; null for never
     */
    public record Awaited(String signal, @Nullable Instant until) {}

    private final RunId run;
    private final WaitJournal journal;
    private final Waits waits;
    private final Codec codec;
    private final ReentrantLock receiving = new ReentrantLock();
    private final Map<String, Long> received = new HashMap<>();

    public SignalWaits(RunId run, WaitJournal journal, Waits waits, Codec codec) {
        this.run = run;
        this.journal = journal;
        this.waits = waits;
        this.codec = codec;
    }

    /**
     * See {@link dev.errand.SignalContext#receive}.
     *
     * @param timeout null for none
     */
    public <T extends @Nullable Object> SignalResult<T> receive(String name, Type type, @Nullable Duration timeout)
            throws InterruptedException {
        StepNames.require(name);
        if (timeout != null && (timeout.isNegative() || timeout.compareTo(Waits.LONGEST) > 0)) {
            throw new IllegalArgumentException("signal '%s' is waited for from 0 to %d days, not %s"
                    .formatted(name, Waits.LONGEST.toDays(), Durations.print(timeout)));
        }
        waits.requireMayWait("Signal '" + name + "' was not received");
        String these = "signal:" + name;
        String key = waits.key(StepKey.signal(name, waits.next(these)));
        receiving.lockInterruptibly(); // of several branches each receives its own
        try {
            return result(name, type, received(name, key, timeout));
        } catch (StoreException e) {
            waits.takeBack(these);
            throw e;
        } finally {
            receiving.unlock();
        }
    }

    /** As JSON; null if it timed out. */
    private byte @Nullable [] received(String name, String key, @Nullable Duration timeout)
            throws InterruptedException {
        StepEntry entry = journal.find(key);
        if (entry != null && entry.endedAt() != null) {
            waits.passed(key);
            return entry.result();
        }
        Inbox inbox = journal.inbox(name, received.getOrDefault(name, 0L));
        Inbox.Signal first = inbox.first();
        Instant until = entry != null ? awaited(entry).until() : end(timeout);
        boolean late = until != null && !waits.now().isBefore(until);
        if (first == null && !late) {
            List<StepEntry> begun = entry == null ? List.of(begun(key, name, until)) : List.of();
            throw waits.suspended(
                    key, begun, until, new Report.Awaits(List.of(), List.of(), List.of(inbox.seen()), true));
        }
        byte @Nullable [] json = first == null ? null : first.json();
        keep(journal.entry(key, name, waits.now(), json), first);
        waits.passed(key);
        return json;
    }

    private @Nullable Instant end(@Nullable Duration timeout) {
        return timeout == null ? null : waits.now().plus(timeout).truncatedTo(ChronoUnit.MICROS);
    }

    /** What is to be kept, though the thread may be interrupted meanwhile, is no other call's. */
    private void keep(StepEntry entry, Inbox.@Nullable Signal signal) throws InterruptedException {
        if (signal != null) {
            received.put(entry.name(), signal.position());
        }
        if (journal.keepNow(entry, signal == null ? null : (Long) signal.position()) == Receipt.LOST) {
            throw new ClaimLostException(run);
        }
    }

    private StepEntry begun(String key, String name, @Nullable Instant until) {
        try {
            return journal.entry(key, name, null, codec.write(new Awaited(name, until)));
        } catch (UnfitException e) {
            throw new IllegalStateException("What signal is waited for can be written", e);
        }
    }

    private Awaited awaited(StepEntry entry) {
        Awaited awaited = read(codec, Objects.requireNonNull(entry.result(), "it is waited for"));
        return Objects.requireNonNull(awaited, "it was written so");
    }

    /** What signal a step waits for; null if what is kept is of something else. */
    public static @Nullable Awaited read(Codec codec, byte[] result) {
        try {
            Awaited awaited = (Awaited) codec.read(result, Awaited.class);
            return awaited == null || (Object) awaited.signal() == null ? null : awaited;
        } catch (UnfitException e) {
            return null;
        }
    }

    @SuppressWarnings({"unchecked", "NullAway"}) // whether null fits is for T to say
    private <T extends @Nullable Object> SignalResult<T> result(String name, Type type, byte @Nullable [] json) {
        if (json == null) {
            return new SignalResult.TimedOut<>();
        }
        try {
            return new SignalResult.Received<>((T) codec.read(json, type));
        } catch (UnfitException e) {
            throw new IllegalStateException(
                    "The value of a signal '%s' that run %s has received does not fit %s%s: %s"
                            .formatted(
                                    name,
                                    run,
                                    type.getTypeName(),
                                    e.path().isEmpty() ? "" : " at " + e.path(),
                                    e.reason()),
                    e);
        }
    }
}
