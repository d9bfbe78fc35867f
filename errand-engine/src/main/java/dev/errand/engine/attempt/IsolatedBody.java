package dev.errand.engine.attempt;

import dev.errand.Failure;
import dev.errand.FailureKind;
import dev.errand.Machine;
import dev.errand.RetryDecision;
import dev.errand.Task;
import dev.errand.engine.isolation.Child;
import dev.errand.engine.isolation.Kind;
import dev.errand.engine.machine.Machines;
import dev.errand.engine.record.Outcome;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * An attempt's body in a child process: what {@link Body} is to one in this process. The child executes the same code around the body,
 * see {@link ChildAttempt}; here it is asked to begin and to stop, and killed if it does not stop soon.
 */
final class IsolatedBody {
    /** What a failure is called that came of too little memory. */
    static final String OUT_OF_MEMORY = "out of memory";

    /** So long a child that is asked to stop may take to do so. */
    private static final Duration SOON = Duration.ofSeconds(1);

    /** The same when the engine closes: bodies that stop in time lose nothing by it. */
    private static final Duration BEFORE_CLOSE = Duration.ofSeconds(4);

    private final Attempt attempt;
    private final Task<?, ?> task;
    private final @Nullable Machine named;
    private final CompletableFuture<@Nullable Outcome> outcome = new CompletableFuture<>();
    private @Nullable Child child;

    /** @param named the machine that the trigger or the task names */
    IsolatedBody(Attempt attempt, Task<?, ?> task, @Nullable Machine named) {
        this.attempt = attempt;
        this.task = task;
        this.named = named;
    }

    Outcome run() {
        try {
            Machine machine = machine();
            byte[] job = Jobs.write(attempt, task);
            Child taken = attempt.surroundings().children().take(machine);
            child = taken;
            taken.begin(job, new ChildNotes(attempt, taken, outcome::complete)::receive);
            taken.gone().thenRun(() -> outcome.complete(null));
            Outcome told = await(taken);
            return told != null ? told : ended(taken, machine);
        } catch (InterruptedException e) {
            return attempt.stopped();
        } catch (IOException | RuntimeException e) {
            return failed(FailureKind.ERROR, "not started", String.valueOf(e.getMessage()));
        }
    }

    /** The larger one if an earlier attempt ran out of memory. */
    private @Nullable Machine machine() {
        Machine larger = task.options().onOutOfMemory();
        if (larger == null || attempt.claim().attempt() == 1) {
            return named;
        }
        boolean ranOut = attempt.surroundings().store().attempts(attempt.claim().run()).stream()
                .map(dev.errand.Attempt::failure)
                .anyMatch(failure -> failure != null && failure.type().equals(OUT_OF_MEMORY));
        return ranOut ? Machines.larger(named, larger) : named;
    }

    // ── waiting for it

    private @Nullable Outcome await(Child working) throws InterruptedException {
        while (true) {
            try {
                return outcome.get();
            } catch (ExecutionException e) {
                throw new IllegalStateException(e.getCause());
            } catch (InterruptedException e) {
                if (attempt.isStopping()) { // else nobody asked for it
                    return stop(working);
                }
            }
        }
    }

    /** Asks it to stop, and kills it if it does not soon. Asks again if meanwhile there is a better reason. */
    private Outcome stop(Child working) {
        long end = Long.MAX_VALUE;
        Stop asked = null;
        while (true) {
            Stop reason = attempt.stop();
            if (reason != null && !reason.equals(asked)) {
                asked = reason;
                ask(working, reason);
                end = Math.min(end, System.nanoTime() + patience(reason).toNanos());
            }
            try {
                Outcome told = outcome.get(end - System.nanoTime(), TimeUnit.NANOSECONDS);
                return told == null ? attempt.stopped() : told;
            } catch (InterruptedException e) {
                // another reason, perhaps
            } catch (ExecutionException | TimeoutException e) {
                working.kill();
                return attempt.stopped();
            }
        }
    }

    private static void ask(Child working, Stop reason) {
        switch (reason) {
            case Stop.Cancelled(var why) -> working.send(Kind.CANCEL, why);
            case Stop.ShutDown() -> working.send(Kind.STOP, ChildAttempt.SHUT_DOWN);
            case Stop.OutOfTime(var limit) -> working.send(Kind.STOP, "");
            case Stop.Lost() -> working.send(Kind.STOP, "");
        }
    }

    /** Hooks may be told of a cancel, and have their time for it. */
    private Duration patience(Stop reason) {
        boolean hooks = !attempt.hooks().isEmpty() || !task.hooks().isEmpty();
        return switch (reason) {
            case Stop.Cancelled cancelled -> hooks ? Attempt.GRACE : SOON;
            case Stop.ShutDown shutDown -> BEFORE_CLOSE;
            case Stop.OutOfTime late -> SOON;
            case Stop.Lost lost -> SOON;
        };
    }

    // ── an end without an outcome

    private Outcome ended(Child dead, @Nullable Machine machine) throws InterruptedException {
        Child.End end = dead.end();
        if (attempt.isStopping()) {
            return attempt.stopped();
        }
        return switch (end) {
            case Child.End.OutOfMemory(var detail) -> outOfMemory(machine, detail);
            case Child.End.Exited(var code) ->
                failed(FailureKind.ERROR, "exit " + code, "the body ended its process with exit code " + code);
            case Child.End.Died(var code) -> new Outcome.Died();
        };
    }

    private Outcome outOfMemory(@Nullable Machine machine, String detail) {
        Machine larger = task.options().onOutOfMemory();
        boolean helps = machine != null && larger != null && larger.gigabytes() > machine.gigabytes();
        String message = machine == null
                ? "out of memory: " + detail
                : "out of memory on machine %s (%s): %s".formatted(machine, machine.size(), detail);
        Failure failure = new Failure(
                FailureKind.ERROR, OUT_OF_MEMORY, message, "", attempt.claim().attempt(), attempt.now());
        return new Outcome.OutOfMemory(failure, helps);
    }

    private Outcome failed(FailureKind kind, String type, String message) {
        Failure failure = new Failure(kind, type, message, "", attempt.claim().attempt(), attempt.now());
        return new Outcome.Threw(failure, RetryDecision.retry());
    }

    /** Returns when its process and all it started are dead. */
    void release() {
        Child used = child;
        if (used != null) {
            attempt.surroundings().children().release(used);
        }
    }
}
