package dev.errand;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;

/**
 * When a failed attempt is followed by another. Immutable; each method returns a changed copy.
 *
 * <p>The delay after attempt n is {@code min(ceiling, floor × factor^(n−1) × r)} with r drawn from 1 to 2 with
 * {@link Jitter#UP_TO_TWICE}: the formula of Trigger.dev's default policy. With {@link Jitter#FULL} it is
 * {@code min(ceiling, floor × factor^(n−1)) × r} with r drawn from 0 to 1, without jitter r is 1.
 *
 * @param attempts how often the body may be tried in all, the first time included; at least 1
 * @param automatic whether retries start by themselves; if not, the run waits FAILED for {@link Run#retry()}
 * @param floor the first delay, zero or more
 * @param ceiling the longest delay
 * @param factor how much longer each delay is than the one before, at least 1
 * @param jitter how delays are spread at random
 * @param rules asked in order about each error; the first that fits the error's type decides
 * @param said how the number of attempts was said, so that saying it twice is found
 */
public record Retry(
        int attempts,
        boolean automatic,
        Duration floor,
        Duration ceiling,
        double factor,
        Jitter jitter,
        List<Rule<?>> rules,
        Said said) {

    /** How a number of attempts was said. */
    public enum Said {
        /** Not at all: it is the policy's own. */
        NOT,
        /** As attempts. */
        ATTEMPTS,
        /** As retries, one less. */
        MAX_RETRIES
    }

    /** A decision for errors of one type, subtypes included. */
    public record Rule<X extends Throwable>(Class<X> type, Function<? super X, RetryDecision> decide) {}

    public Retry {
        if (attempts < 1) {
            throw new IllegalArgumentException(
                    "attempts is " + attempts + "; at least 1 is needed, the first included");
        }
        Durations.requireSensible(floor, "the first retry delay");
        Durations.requireSensible(ceiling, "the longest retry delay");
        if (ceiling.compareTo(floor) < 0) {
            throw new IllegalArgumentException(
                    "retry delays from " + floor + " to " + ceiling + ": the ceiling must be no less than the floor");
        }
        if (!(factor >= 1) || Double.isInfinite(factor)) {
            throw new IllegalArgumentException("retry factor is " + factor + "; it must be 1 or more");
        }
        Objects.requireNonNull(jitter, "jitter");
        Objects.requireNonNull(said, "said");
        rules = List.copyOf(rules);
    }

    /** One attempt. */
    public static Retry none() {
        return new Retry(1, true, Duration.ZERO, Duration.ZERO, 1, Jitter.NONE, List.of(), Said.NOT);
    }

    /** Three attempts with the same delay between them; zero retries at once. */
    public static Retry fixed(Duration delay) {
        return new Retry(3, true, delay, delay, 1, Jitter.NONE, List.of(), Said.NOT);
    }

    /** Three attempts with growing delays: from 1 s, doubling, at most 60 s, with jitter. What tasks have unless they say otherwise. */
    public static Retry exponential() {
        return new Retry(
                3, true, Duration.ofSeconds(1), Duration.ofSeconds(60), 2, Jitter.UP_TO_TWICE, List.of(), Said.NOT);
    }

    /**
     * As many attempts as it takes, for what has to happen however long something else is away: after a random delay of up to 1 s, then
     * 2 s, 4 s and so on, at most 30 s.
     */
    public static Retry durable() {
        return exponential().unlimited().ceiling(Duration.ofSeconds(30)).jitter(Jitter.FULL);
    }

    /**
     * A budget without automatic retry: a failed run waits for {@link Run#retry()} as long as attempts are left.
     *
     * @param attempts in all, the first included
     */
    public static Retry byHand(int attempts) {
        return new Retry(attempts, false, Duration.ZERO, Duration.ZERO, 1, Jitter.NONE, List.of(), Said.ATTEMPTS);
    }

    /**
     * How often the body may be tried in all, the first time included; at least 1.
     *
     * @throws IllegalArgumentException if {@link #maxRetries} has said it
     */
    public Retry attempts(int attempts) {
        return counting(attempts, Said.ATTEMPTS);
    }

    /**
     * How often the body may be tried again: the attempts but the first.
     *
     * @param retries 0 or more
     * @throws IllegalArgumentException if {@link #attempts(int)} has said it
     */
    public Retry maxRetries(int retries) {
        return counting(RetryCount.attempts(retries), Said.MAX_RETRIES);
    }

    private Retry counting(int attempts, Said how) {
        if (said != Said.NOT && said != how) {
            throw RetryCount.contradiction();
        }
        return new Retry(attempts, automatic, floor, ceiling, factor, jitter, rules, how);
    }

    /** As many attempts as it takes. */
    public Retry unlimited() {
        return attempts(Integer.MAX_VALUE);
    }

    public Retry factor(double factor) {
        return new Retry(attempts, automatic, floor, ceiling, factor, jitter, rules, said);
    }

    /** The first delay. A ceiling below it is raised to it. */
    public Retry floor(Duration floor) {
        return new Retry(
                attempts,
                automatic,
                floor,
                ceiling.compareTo(floor) < 0 ? floor : ceiling,
                factor,
                jitter,
                rules,
                said);
    }

    public Retry ceiling(Duration ceiling) {
        return new Retry(attempts, automatic, floor, ceiling, factor, jitter, rules, said);
    }

    public Retry jitter(Jitter jitter) {
        return new Retry(attempts, automatic, floor, ceiling, factor, jitter, rules, said);
    }

    /**
     * Lets errors of a type decide for themselves, for example to obey a server's "retry after".
     *
     * @param decide called on the attempt's thread; if it throws, the run ends FAILED with kind {@link FailureKind#HANDLER}
     */
    public <X extends Throwable> Retry on(Class<X> type, Function<? super X, RetryDecision> decide) {
        List<Rule<?>> more = new ArrayList<>(rules);
        more.add(new Rule<>(type, decide));
        return new Retry(attempts, automatic, floor, ceiling, factor, jitter, more, said);
    }

    /** Ends the run at the first error of this type. */
    public Retry abortOn(Class<? extends Throwable> type) {
        return on(type, error -> RetryDecision.abort());
    }

    /**
     * The delay that follows a failed attempt.
     *
     * @param attempt the attempt that failed, from 1
     * @param random from 0 to 1; ignored without jitter
     */
    public Duration delayAfter(int attempt, double random) {
        double delay =
                jitter.spread(floor.toMillis() * Math.pow(factor, attempt - 1), (double) ceiling.toMillis(), random);
        return delay >= ceiling.toMillis() ? ceiling : Duration.ofMillis(Math.round(delay));
    }
}
