package dev.errand;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How many runs of a queue or a task may execute at a time, how many may start in a period, and how many may be pending: on all nodes
 * together, exactly. All that are set hold at once. {@code Limits.none().concurrency(10).concurrencyPerKey(1).rate(Rate.of(100, Duration.ofMinutes(1)))}.
 *
 * <p>A run's key is named by its trigger, or taken from the payload by its task; runs without one share a key
 * of their own. 0 is a legal limit: nothing starts, or is taken. Null means no limit, and in an override that the declared one holds;
 * {@link #UNLIMITED} lifts it.
 *
 * @param concurrency how many may execute at a time
 * @param concurrencyPerKey how many of each key
 * @param rate how many may start in a period; a retry is a start
 * @param ratePerKey how many of each key
 * @param onConflict what becomes of a run that would have to wait for one of the concurrency limits
 * @param maxPending how many may be pending, which are those that are delayed or queued and nobody has claimed: a trigger that would
 *     make them more is refused with a {@link QueueFullException}, and stores nothing, whatever onConflict says. Retries and runs that go
 *     on after a wait are always taken
 */
public record Limits(
        @Nullable Integer concurrency,
        @Nullable Integer concurrencyPerKey,
        @Nullable Rate rate,
        @Nullable Rate ratePerKey,
        OnConflict onConflict,
        @Nullable Integer maxPending) {
    /**
     * No limit, said: as an override it lifts the one that was declared, where null leaves that as it is; and so does whatever is greater. For
     * rates, {@link Rate#UNLIMITED}.
     */
    public static final int UNLIMITED =
            1_000_000_000; // one more is an int still, for nodes that do not know what it says

    private static final Limits NONE = new Limits(null, null, null, null, OnConflict.WAIT, null);

    public Limits {
        Objects.requireNonNull(onConflict, "onConflict");
        check("concurrency", concurrency);
        check("concurrencyPerKey", concurrencyPerKey);
        check("maxPending", maxPending);
        if (onConflict != OnConflict.WAIT && concurrency == null && concurrencyPerKey == null) {
            throw new IllegalArgumentException(
                    "onConflict is %s, but there is no concurrency limit that a run could conflict with"
                            .formatted(onConflict));
        }
    }

    private static void check(String what, @Nullable Integer limit) {
        if (limit != null && limit < 0) {
            throw new IllegalArgumentException(
                    "%s is %d; a limit is 0 or more, and left out for none".formatted(what, limit));
        }
    }

    public static Limits none() {
        return NONE;
    }

    public Limits concurrency(@Nullable Integer concurrency) {
        return new Limits(concurrency, concurrencyPerKey, rate, ratePerKey, onConflict, maxPending);
    }

    public Limits concurrencyPerKey(@Nullable Integer concurrencyPerKey) {
        return new Limits(concurrency, concurrencyPerKey, rate, ratePerKey, onConflict, maxPending);
    }

    public Limits rate(@Nullable Rate rate) {
        return new Limits(concurrency, concurrencyPerKey, rate, ratePerKey, onConflict, maxPending);
    }

    public Limits ratePerKey(@Nullable Rate ratePerKey) {
        return new Limits(concurrency, concurrencyPerKey, rate, ratePerKey, onConflict, maxPending);
    }

    /** Set the limit first that it is about. */
    public Limits onConflict(OnConflict onConflict) {
        return new Limits(concurrency, concurrencyPerKey, rate, ratePerKey, onConflict, maxPending);
    }

    public Limits maxPending(@Nullable Integer maxPending) {
        return new Limits(concurrency, concurrencyPerKey, rate, ratePerKey, onConflict, maxPending);
    }

    public boolean isNone() {
        return concurrency == null
                && concurrencyPerKey == null
                && rate == null
                && ratePerKey == null
                && maxPending == null;
    }

    /** What of these limits anything: those that are {@link #UNLIMITED} left out, and what there is to do on conflict with none. */
    public Limits lifted() {
        if (!isLifted(concurrency)
                && !isLifted(concurrencyPerKey)
                && !isLifted(maxPending)
                && !Rate.UNLIMITED.equals(rate)
                && !Rate.UNLIMITED.equals(ratePerKey)) {
            return this;
        }
        Integer ofAll = isLifted(concurrency) ? null : concurrency;
        Integer ofKey = isLifted(concurrencyPerKey) ? null : concurrencyPerKey;
        return new Limits(
                ofAll,
                ofKey,
                Rate.UNLIMITED.equals(rate) ? null : rate,
                Rate.UNLIMITED.equals(ratePerKey) ? null : ratePerKey,
                ofAll == null && ofKey == null ? OnConflict.WAIT : onConflict,
                isLifted(maxPending) ? null : maxPending);
    }

    private static boolean isLifted(@Nullable Integer limit) {
        return limit != null && limit >= UNLIMITED;
    }

    /** These, but where the others say something, that. */
    public Limits overriddenBy(Limits others) {
        return new Limits(
                others.concurrency != null ? others.concurrency : concurrency,
                others.concurrencyPerKey != null ? others.concurrencyPerKey : concurrencyPerKey,
                others.rate != null ? others.rate : rate,
                others.ratePerKey != null ? others.ratePerKey : ratePerKey,
                others.onConflict != OnConflict.WAIT ? others.onConflict : onConflict,
                others.maxPending != null ? others.maxPending : maxPending);
    }
}
