package dev.errand;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How a step is told from others, and how often its code may be called. Immutable; each method returns a changed copy.
 * {@code StepOptions.none().atMostOnce().retryOn(ConnectException.class)}.
 *
 * @param key what it is told by within its run, 1 to 512 characters; null for its name, and the how many-th of that name it is
 * @param calls how often its code is called over all attempts of the run
 * @param retryOn errors, subtypes included, after which a step at most once may be called again all the same, since they say that
 *     nothing was done
 * @param retry how often its code may be called in one attempt of the run, and when again; null for once
 * @param scope in what it is told from others by its key or name
 */
public record StepOptions(
        @Nullable String key,
        Calls calls,
        List<Class<? extends Throwable>> retryOn,
        @Nullable Retry retry,
        Scope scope) {
    /** In what a step is told from others; different only in a {@linkplain RunContext#loop loop}. */
    public enum Scope {
        /** Each iteration has a step of its own. */
        ITERATION,
        /** All iterations have the same step. */
        RUN
    }

    /** How often the code of a step is called over all attempts of a run. */
    public enum Calls {
        /** Until it has returned once and its result is kept. */
        AT_LEAST_ONCE,
        /** Never again once it was begun. */
        AT_MOST_ONCE,
        /** Whenever the body comes by; its result is not kept. */
        ALWAYS
    }

    /** The longest key, in characters. */
    public static final int LONGEST_KEY = 512;

    private static final StepOptions NONE =
            new StepOptions(null, Calls.AT_LEAST_ONCE, List.of(), null, Scope.ITERATION);

    public StepOptions {
        Objects.requireNonNull(calls, "calls");
        Objects.requireNonNull(scope, "scope");
        retryOn = List.copyOf(retryOn);
        if (key != null) {
            IdempotencyKey.requireKey(key, LONGEST_KEY, "a step's key");
            if (key.indexOf('\0') >= 0) {
                throw new IllegalArgumentException("a step's key has no NUL");
            }
        }
        if (key != null && calls == Calls.ALWAYS) {
            throw new IllegalArgumentException("a step that is always called keeps nothing that a key could find");
        }
        if (!retryOn.isEmpty() && calls != Calls.AT_MOST_ONCE) {
            throw new IllegalArgumentException(
                    "errors after which a step may be called again are for steps at most once; all others may be anyway");
        }
        if (retry != null && calls != Calls.AT_LEAST_ONCE) {
            throw new IllegalArgumentException(
                    "retries are for steps at least once: one at most once is not called again, one that is always called keeps nothing");
        }
        if (retry != null && !retry.automatic()) {
            throw new IllegalArgumentException(
                    "retries of a step start by themselves; by hand only a run is retried, which has failed as a whole");
        }
    }

    /** Told by its name, called at least once. */
    public static StepOptions none() {
        return NONE;
    }

    /**
     * Told by a key: wherever the run's body calls a step with this key, whatever its name, it is the same step and has the same result; in
     * a {@linkplain RunContext#loop loop} wherever its iteration does. Keys and names have nothing to do with each other.
     */
    public StepOptions key(String key) {
        return new StepOptions(Objects.requireNonNull(key, "key"), calls, retryOn, retry, scope);
    }

    /**
     * Never called again once it was begun, be it that it threw or that its process died in it. An interrupt counts as well: of a timeout, of a
     * shutdown, or of a {@linkplain ControlFlow#parallel branch} because another one failed or won.
     */
    public StepOptions atMostOnce() {
        return new StepOptions(key, Calls.AT_MOST_ONCE, retryOn, retry, scope);
    }

    /** Called again by the next attempt if it threw one of these; for a step at most once. */
    @SafeVarargs
    public final StepOptions retryOn(Class<? extends Throwable>... errors) {
        List<Class<? extends Throwable>> all = new ArrayList<>();
        for (Class<? extends Throwable> error : errors) {
            all.add(error);
        }
        return new StepOptions(key, calls, all, retry, scope);
    }

    /**
     * Tried again when its code throws, without an end to the run's attempt: the body waits between tries, as it does in a sleep, and when none is
     * left the last error goes up. The next attempt of the run begins again with the first. What {@link Retry} says of attempts holds for
     * tries, its rules included; an {@link AbortException}, errors that the task declares and an {@link InterruptedException} are not tried
     * again, nor is a step of a run that is to end, nor one about whose error a rule threw another.
     *
     * <p>Where a body cannot wait, see {@link RunContext#sleep}, such a step is refused with an {@link IllegalStateException}, and its code is
     * not called.
     *
     * @throws IllegalArgumentException if the step is not one at least once, or the policy is one by hand
     */
    public StepOptions retry(Retry retry) {
        return new StepOptions(key, calls, retryOn, Objects.requireNonNull(retry, "retry"), scope);
    }

    /** Called whenever the body comes by. */
    public StepOptions always() {
        return new StepOptions(key, Calls.ALWAYS, retryOn, retry, scope);
    }

    /**
     * The same step in all iterations of a {@linkplain RunContext#loop loop}: its code is called in the first that comes by, and the others
     * have what it returned. Of several of one name in an iteration, the first is the first of the others, and so on. Outside of a loop every
     * step is one of its run.
     */
    public StepOptions oncePerRun() {
        return new StepOptions(key, calls, retryOn, retry, Scope.RUN);
    }
}
