package dev.errand.engine.step;

import dev.errand.RunId;
import dev.errand.StepOptions;
import dev.errand.engine.json.Codec;
import dev.errand.store.Claim;
import dev.errand.store.RunOptions;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/** An attempt that knows nothing yet of the run's steps, with a body that may wait wherever it is. */
final class AttemptInMemory implements Waits.Around, BodyParts {
    static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

    final Places places = new Places();
    final StoredJournal journal;
    final Steps steps;
    final Waits waits;
    final Loops loops;
    final Branches branches;
    /** Where the body has said something, and may come by again. */
    final Set<String> said = ConcurrentHashMap.newKeySet();

    AttemptInMemory(RunId run, StepsInMemory kept) {
        this.journal =
                new StoredJournal(claim(run), kept.store, kept.recorder, () -> NOW, receipt -> {}, instant -> {});
        this.steps = new Steps(
                run,
                journal,
                new Codec(),
                1_000_000,
                error -> {
                    throw new AssertionError(error);
                },
                () -> Caller.BODY,
                places);
        this.waits = new Waits(journal, () -> steps, this, places, null);
        this.loops = new Loops(run, journal, waits, () -> steps, places, this);
        this.branches = new Branches(run, journal, waits, () -> steps, places, this);
    }

    private static Claim claim(RunId run) {
        byte[] payload = {'1'};
        RunOptions options = RunOptions.NONE;
        return new Claim(
                1, 1, run, "task", null, List.of(), 1, 0, false, false, NOW, NOW, null, payload, null, options, null);
    }

    /** Calls a step that adds its name. */
    void step(String name, StepOptions options, List<String> done) throws InterruptedException {
        steps.<Boolean, InterruptedException>call(name, Boolean.class, options, () -> done.add(name));
    }

    @Override
    public Instant now() {
        return NOW;
    }

    @Override
    public void requireMayWait(String what) {}

    @Override
    public void waiting() {}

    @Override
    public void resumed() {}

    @Override
    public void requireInBody(String what) {}

    @Override
    public void flush() {}

    @Override
    public void over(Predicate<String> paths) {
        said.removeIf(paths);
    }

    @Override
    public void again(Predicate<String> paths) {}

    @Override
    public Thread start(Runnable code) {
        return Thread.startVirtualThread(code);
    }

    @Override
    public void ended(Place branch) {}
}
