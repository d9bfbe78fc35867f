package dev.errand.engine.step;

import dev.errand.ClaimLostException;
import dev.errand.RunId;
import dev.errand.StoreException;
import dev.errand.UntilAnswer;
import dev.errand.engine.json.Codec;
import dev.errand.engine.json.UnfitException;
import dev.errand.engine.value.Reads;
import dev.errand.engine.value.Values;
import dev.errand.store.Receipt;
import dev.errand.store.Report;
import dev.errand.store.SeenValue;
import dev.errand.store.StepEntry;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/**
 * The conditions that a body waits for. One that does not hold unwinds the body, and the wait is registered with the very versions of the
 * values that it read: a change that came in between has happened, so that none is missed and nothing is asked twice. Of the runs that it read the
 * store is told before the wait, and if one of them has ended by then the condition looks again right here. When one holds its
 * result is kept before the body goes on, since the next look might find another.
 */
public final class Conditions {
    /**
     * What is kept of a value, run or event that was read while the condition does not hold, for those who look at the run.
     *
     * @param name of the value; null if it is none
     * @param version likewise
     * @param run its id; null if it is none
     * @param event its name, or the pattern of names; null if it is none
     */
    public record Read(
            @Nullable String name,
            @Nullable Long version,
            @Nullable String run,
            @Nullable String event) {}

    private final RunId run;
    private final WaitJournal journal;
    private final Waits waits;
    private final Codec codec;
    private final StepResults results;
    private final Values values;
    private final Watched watched = new Watched();

    /** @param largest how many bytes a result may have */
    public Conditions(RunId run, WaitJournal journal, Waits waits, Codec codec, int largest, Values values) {
        this.run = run;
        this.journal = journal;
        this.waits = waits;
        this.codec = codec;
        this.results = new StepResults(run, codec, largest);
        this.values = values;
    }

    /** See {@link dev.errand.RunContext#until}. */
    public <T, X extends Exception> T until(String name, Type type, UntilAnswer<T, X> condition)
            throws X, InterruptedException {
        StepNames.require(name);
        waits.requireMayWait(refused(name));
        String these = "until:" + name;
        String key = waits.key(StepKey.until(name, waits.next(these)));
        try {
            return this.<T, X>until(name, type, key, condition);
        } catch (StoreException e) {
            waits.takeBack(these);
            throw e;
        }
    }

    /** See {@link dev.errand.RunContext#untilChanges}. What it was in the iteration before is one row, whichever iteration it is. */
    @SuppressWarnings({"unchecked", "NullAway"}) // it was read as that type
    public <T, X extends Exception> T untilChanges(
            String name, Type type, UntilAnswer<T, X> look, BiPredicate<? super T, ? super T> same)
            throws X, InterruptedException {
        StepNames.require(name);
        waits.requireMayWait(refused(name));
        if (!waits.isInLoop()) {
            throw new IllegalStateException(
                    "%s: what changes is told from what was in the iteration before, and run %s is in no loop here. Call it in one, or wait by until"
                            .formatted(refused(name), run));
        }
        String these = "until:" + name;
        int occurrence = waits.next(these);
        String key = waits.key(StepKey.until(name, occurrence));
        String beforeKey = waits.keyOfAll(StepKey.changes(name, occurrence));
        try {
            StepEntry before = journal.find(beforeKey);
            byte @Nullable [] was = before == null ? null : before.result();
            @Nullable T known = was == null ? null : (T) results.kept(name, was, type);
            T now = this.<T, X>until(
                    name, type, key, () -> look.find().filter(one -> known == null || !same.test(known, one)));
            byte @Nullable [] is =
                    Objects.requireNonNull(journal.find(key), "it is kept").result();
            if (!Arrays.equals(was, is)) { // else it was kept before, by a body that was called until here
                journal.keep(journal.entry(beforeKey, name, waits.now(), is));
            }
            return now;
        } catch (StoreException e) {
            waits.takeBack(these);
            throw e;
        }
    }

    private static String refused(String name) {
        return "Condition '" + name + "' was not waited for";
    }

    @SuppressWarnings({"unchecked", "NullAway"}) // as above
    private <T, X extends Exception> T until(String name, Type type, String key, UntilAnswer<T, X> condition)
            throws X, InterruptedException {
        StepEntry entry = journal.find(key);
        if (entry != null && entry.endedAt() != null) {
            waits.passed(key);
            return (T) results.kept(name, Objects.requireNonNull(entry.result(), "it has held"), type);
        }
        Optional<T> found = Optional.empty();
        while (found.isEmpty()) {
            Reads.Observed<Optional<T>> observed = values.<Optional<T>, X>observe(
                    journal::ask, () -> waits.<Optional<T>, X>asOne(name, condition::find));
            found = Objects.requireNonNull(observed.answer(), "a condition answers an Optional");
            if (found.isEmpty()) {
                refuseUnlessWoken(name, observed);
                waits.requireMayWait(refused(name)); // it may have taken a lock
                if (watch(key, observed.runs())) {
                    throw waits.suspended(key, List.of(begun(key, name, observed)), null, awaits(observed));
                }
            }
        }
        watched.forget(key);
        byte[] result = results.written(name, found.get(), type);
        Object value = results.readAgain(name, result, type);
        if (journal.keepNow(journal.entry(key, name, waits.now(), result)) == Receipt.LOST) {
            throw new ClaimLostException(run);
        }
        waits.passed(key);
        return (T) value;
    }

    /** Has the run hear of their next ends. Answers whether they still stand as they were seen; else it has missed one, and is to look again. */
    private boolean watch(String key, List<Reads.SeenRun> seen) {
        List<RunId> runs = seen.stream().map(Reads.SeenRun::run).toList();
        if (watched.watch(key, runs, journal::watch) == Receipt.LOST) {
            throw new ClaimLostException(run);
        }
        return seen.stream()
                .allMatch(one -> journal.run(one.run())
                        .map(Reads.SeenRun::of)
                        .filter(one::equals)
                        .isPresent());
    }

    private static Report.Awaits awaits(Reads.Observed<?> observed) {
        List<RunId> watched = observed.runs().stream().map(Reads.SeenRun::run).toList();
        return new Report.Awaits(List.of(), List.of(), observed.seen(), watched, true);
    }

    private void refuseUnlessWoken(String name, Reads.Observed<?> observed) {
        if (observed.strange()) {
            throw new IllegalStateException(
                    "Condition '%s' of run %s does not hold and has read values or runs of another engine, of whose changes this one hears nothing. Read them by run.value and run.resultOf"
                            .formatted(name, run));
        }
        if (observed.runs().stream().anyMatch(seen -> seen.run().equals(run))) {
            throw Looks.atItself(run);
        }
        if (!observed.any()) {
            throw new IllegalStateException(
                    "Condition '%s' of run %s does not hold and has read no value, looked at no other run and for no events, so that nothing would ever wake this one. Read what it waits for by Value.get, by run.resultOf or a handle of the other run, or by run.latestEvent, on the thread of the body"
                            .formatted(name, run));
        }
    }

    /** For those who look at it, it has what was read. It began when it was first looked at in its attempt. */
    private StepEntry begun(String key, String name, Reads.Observed<?> observed) {
        byte[] read = written(observed);
        StepEntry before = journal.find(key);
        return before == null || before.attempt() != journal.attempt()
                ? journal.entry(key, name, null, read)
                : new StepEntry(before.position(), key, name, before.attempt(), before.startedAt(), null, read, null);
    }

    private byte[] written(Reads.Observed<?> observed) {
        List<Map<String, Object>> reads = new ArrayList<>();
        for (SeenValue value : observed.seen()) {
            String event = observed.events().get(value.name());
            reads.add(event == null ? read(value) : Map.of("event", event));
        }
        for (Reads.SeenRun seen : observed.runs()) {
            String run = seen.run().toString();
            reads.add(
                    seen.endedAt() == null
                            ? Map.of("run", run)
                            : new TreeMap<>(
                                    Map.of("run", run, "ended", seen.endedAt().toString())));
        }
        try {
            return codec.write(reads);
        } catch (UnfitException e) {
            throw new IllegalStateException("What a condition has read can be written", e);
        }
    }

    private static Map<String, Object> read(SeenValue value) {
        Map<String, Object> read = new LinkedHashMap<>();
        read.put("name", value.name());
        read.put("version", value.version());
        return read;
    }

    /** What a condition has read that does not hold; nothing if what is kept is of something else. */
    public static List<Read> read(Codec codec, byte[] result) {
        try {
            Read[] reads = (Read[]) codec.read(result, Read[].class);
            return reads == null ? List.of() : List.of(reads);
        } catch (UnfitException e) {
            return List.of();
        }
    }
}
