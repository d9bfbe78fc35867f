package dev.errand.engine.step;

import dev.errand.Branch;
import dev.errand.ClaimLostException;
import dev.errand.RunId;
import dev.errand.Winner;
import dev.errand.store.Receipt;
import dev.errand.store.StepEntry;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The branches of an attempt's body. What one has come to is kept as a step, once it is done; of a race what the first has come to, with its
 * name.
 */
public final class Branches {
    private final RunId run;
    private final WaitJournal journal;
    private final Waits waits;
    private final Supplier<Steps> steps;
    private final Places places;
    private final BodyParts parts;

    public Branches(
            RunId run, WaitJournal journal, Waits waits, Supplier<Steps> steps, Places places, BodyParts parts) {
        this.run = run;
        this.journal = journal;
        this.waits = waits;
        this.steps = steps;
        this.places = places;
        this.parts = parts;
    }

    /** Where branches of one call part. */
    private record Parting(String name, Place outer, int occurrence) {
        String key() {
            return outer.key(StepKey.fork(name, occurrence));
        }

        String key(Branch<?> branch) {
            return outer.key(StepKey.branch(Paths.branch(name, branch.name()), occurrence));
        }

        /** For those who look at it. */
        String name(Branch<?> branch) {
            return name + "/" + branch.name();
        }

        Place place(Branch<?> branch) {
            return outer.branch(name, occurrence, branch.name());
        }
    }

    /** See {@link dev.errand.RunContext#parallel}. */
    @SuppressWarnings({"unchecked", "NullAway"}) // they were read as that type; whether null fits is for T to say
    public <T extends @Nullable Object> List<T> all(String name, List<Branch<T>> branches) throws Exception {
        Parting parting = begin(name, branches);
        @Nullable Object[] results = new Object[branches.size()];
        Fork fork = new Fork(parting.key(), false, waits, places, parts);
        for (int i = 0; i < results.length; i++) {
            int index = i;
            Branch<T> branch = branches.get(i);
            StepEntry kept = journal.find(parting.key(branch));
            if (kept == null) {
                Instant began = journal.now();
                fork.add(
                        () -> parting.place(branch),
                        branch.body(),
                        value -> results[index] = keep(parting, branch, parting.key(branch), began, value));
            } else {
                over(parting, List.of(branch));
                results[i] = read(branch, kept);
            }
        }
        fork.join();
        return (List<T>) Collections.unmodifiableList(Arrays.asList(results));
    }

    /** See {@link dev.errand.RunContext#anyOf}. */
    @SuppressWarnings({"unchecked", "NullAway"}) // as above
    public <T extends @Nullable Object> Winner<T> first(String name, List<Branch<T>> branches) throws Exception {
        if (branches.isEmpty()) {
            throw new IllegalArgumentException("Race '%s' was not begun: nobody takes part in it".formatted(name));
        }
        Parting parting = begin(name, branches);
        StepEntry kept = journal.find(parting.key());
        if (kept != null) {
            int index = index(parting, kept, branches);
            Branch<T> branch = branches.get(index);
            over(parting, branches);
            return new Winner<>(index, branch.name(), (T) read(branch, kept));
        }
        @Nullable Object[] winner = new Object[1];
        ReentrantLock decision = new ReentrantLock();
        Fork fork = new Fork(parting.key(), true, waits, places, parts);
        for (int i = 0; i < branches.size(); i++) {
            int index = i;
            Branch<T> branch = branches.get(i);
            Instant began = journal.now();
            fork.add(() -> parting.place(branch), branch.body(), value -> {
                decision.lock();
                try {
                    if (winner[0] == null) {
                        T result = (T) keep(parting, branch, parting.key(), began, value);
                        winner[0] = new Winner<>(index, branch.name(), result);
                    }
                } finally {
                    decision.unlock();
                }
            });
        }
        fork.join();
        over(parting, branches);
        return (Winner<T>) Objects.requireNonNull(winner[0], "one was done");
    }

    private Parting begin(String name, List<? extends Branch<?>> branches) throws InterruptedException {
        StepNames.require(name);
        Set<String> names = new HashSet<>();
        for (Branch<?> branch : branches) {
            if (!names.add(branch.name())) {
                throw new IllegalArgumentException(
                        "Branches '%s' were not begun: two of them are named '%s'".formatted(name, branch.name()));
            }
        }
        String what = "Branches '" + name + "' were not begun";
        parts.requireInBody(what);
        steps.get().refuseInside(what);
        if (Thread.interrupted()) {
            throw new InterruptedException(what + ": the thread was interrupted before");
        }
        Place outer = places.here();
        Parting parting = new Parting(name, outer, outer.next("fork:" + name));
        waits.passed(parting.key());
        return parting;
    }

    /** Returns when that is durable. */
    private @Nullable Object keep(Parting parting, Branch<?> branch, String key, Instant began, @Nullable Object value)
            throws InterruptedException {
        StepResults results = steps.get().results();
        byte[] json = results.written(parting.name(branch), value, branch.type());
        Object result = results.readAgain(parting.name(branch), json, branch.type());
        parts.flush();
        steps.get().refuseCompleted("What branch '" + branch.name() + "' came to was not kept");
        StepEntry entry = journal.entry(key, parting.name(branch), began, journal.now(), json);
        if (journal.keepNow(entry) == Receipt.LOST) {
            throw new ClaimLostException(run);
        }
        over(parting, List.of(branch));
        return result;
    }

    /** They are not called again, be it that they are done or that they have lost. */
    private void over(Parting parting, List<? extends Branch<?>> branches) {
        branches.forEach(branch -> parts.over(Paths.in(parting.place(branch).path())));
    }

    private @Nullable Object read(Branch<?> branch, StepEntry kept) {
        return steps.get()
                .results()
                .kept(kept.name(), Objects.requireNonNull(kept.result(), "it is done"), branch.type());
    }

    private int index(Parting parting, StepEntry kept, List<? extends Branch<?>> branches) {
        for (int i = 0; i < branches.size(); i++) {
            if (parting.name(branches.get(i)).equals(kept.name())) {
                return i;
            }
        }
        throw new IllegalStateException(
                "Race '%s' of run %s was won by a branch that it does not have any more: %s. Give the changed race another name"
                        .formatted(parting.name(), run, kept.name()));
    }
}
