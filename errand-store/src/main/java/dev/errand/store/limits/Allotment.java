package dev.errand.store.limits;

import dev.errand.Durations;
import dev.errand.Limits;
import dev.errand.Rate;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongPredicate;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Deals out what the limits leave, while nobody else does: how many runs of a line may be claimed. */
public final class Allotment {
    /** Microseconds by which the clocks of two nodes may differ at most, as each has the time from the store. */
    private static final long SKEW = 1_000_000;

    private final Rules rules;
    private final long now;
    private final Map<Long, Integer> used = new HashMap<>();
    private final Map<Long, Long> rates = new HashMap<>();
    private final Set<Long> changed = new HashSet<>();
    private long next = Long.MAX_VALUE;

    /**
     * Before anything is dealt out.
     *
     * @param now in microseconds
     */
    public Allotment(Rules rules, long now) {
        this.rules = rules;
        this.now = now;
    }

    /** So many slots of the line are taken by claims. */
    public void use(long line, int permits) {
        use(line, permits, scope -> true);
    }

    /** The same where each queue and task is counted by itself, as far as it is one of these. */
    public void use(long line, int permits, Predicate<Scope> which) {
        for (Scope scope : rules.scopesOf(rules.place(Lines.place(line)))) {
            if (which.test(scope)) {
                used.merge(total(scope), permits, Integer::sum);
                used.merge(ofKey(scope, line), permits, Integer::sum);
            }
        }
    }

    /** When the next start of an account would be on time, in microseconds; see {@link #rateAccounts}. */
    public void rate(long account, long due) {
        rates.put(account, due);
    }

    public boolean knowsRate(long account) {
        return rates.containsKey(account);
    }

    /** The total is kept apart from the account of those that have no key. */
    private static long total(Scope scope) {
        return -1L - scope.number();
    }

    private static long ofKey(Scope scope, long line) {
        return Lines.of(scope.number(), Lines.keyOf(line));
    }

    /** How many more of the line may execute, at most so many as are wanted. */
    public int permits(long line, int wanted) {
        int left = wanted;
        for (Scope scope : rules.scopesOf(rules.place(Lines.place(line)))) {
            Limits limits = scope.limits();
            left = Math.min(left, left(limits.concurrency(), total(scope)));
            left = Math.min(left, left(limits.concurrencyPerKey(), ofKey(scope, line)));
        }
        return Math.max(left, 0);
    }

    /**
     * Where nothing is left, whatever the key.
     *
     * @param until when a rate lets the next start, in microseconds; the greatest number if it is no rate that is used up
     */
    public record Closed(Scope scope, long until) {}

    /** What lets nothing through at a place, of none of its keys; null if some line there may have something left. */
    public @Nullable Closed closed(Place place) {
        for (Scope scope : rules.scopesOf(place)) {
            Limits limits = scope.limits();
            if (scope.isShut() || left(limits.concurrency(), total(scope)) <= 0) {
                return new Closed(scope, Long.MAX_VALUE);
            }
            if (starts(limits.rate(), total(scope)) == 0) {
                return new Closed(scope, opens(limits.rate(), total(scope)));
            }
        }
        return null;
    }

    /** When the rates of its key let a run of the line start, in microseconds; the greatest number if it waits for something else. */
    public long opens(long line) {
        long opens = now;
        for (Scope scope : rules.scopesOf(rules.place(Lines.place(line)))) {
            Limits limits = scope.limits();
            if (left(limits.concurrencyPerKey(), ofKey(scope, line)) <= 0) {
                return Long.MAX_VALUE;
            }
            opens = Math.max(opens, opens(limits.ratePerKey(), ofKey(scope, line)));
        }
        return opens;
    }

    private long opens(@Nullable Rate rate, long account) {
        return rate == null ? now : Math.max(now, due(rate, account) - interval(rate) * (rate.burst() - 1));
    }

    private int left(@Nullable Integer limit, long account) {
        return limit == null ? Integer.MAX_VALUE : limit - used.getOrDefault(account, 0);
    }

    /** How many more of the line may start by the rates, at most so many as are wanted. */
    public int starts(long line, int wanted) {
        int left = wanted;
        for (Scope scope : rules.scopesOf(rules.place(Lines.place(line)))) {
            left = Math.min(left, starts(scope.limits().rate(), total(scope)));
            left = Math.min(left, starts(scope.limits().ratePerKey(), ofKey(scope, line)));
        }
        return left;
    }

    private int starts(@Nullable Rate rate, long account) {
        if (rate == null) {
            return Integer.MAX_VALUE;
        }
        long interval = interval(rate);
        long early = now + interval * (rate.burst() - 1) - due(rate, account);
        if (early < 0) {
            next = Math.min(next, now - early);
            return 0;
        }
        return (int) Math.min(early / interval + 1, rate.burst());
    }

    /** What lies further ahead than a burst leaves it is of a slower rate that held before: the next may start now. */
    private long due(Rate rate, long account) {
        long due = rates.getOrDefault(account, now);
        long burst = interval(rate) * rate.burst();
        return due - now > burst + SKEW ? now + burst - interval(rate) : Math.max(now, due);
    }

    private static long interval(Rate rate) {
        return Math.max(1, rate.interval().toNanos() / 1_000);
    }

    /**
     * What a run of the line waits for; empty if for nothing here.
     *
     * @param lingering the line of each body that goes on although its run has ended
     */
    public Optional<Obstacle> obstacle(long line, List<Long> lingering) {
        for (Scope scope : rules.scopesOf(rules.place(Lines.place(line)))) {
            Limits limits = scope.limits();
            String what = scope.isOfTask()
                    ? "task " + scope.name().substring(Scope.ofTask("").length())
                    : "queue " + scope.name();
            if (scope.paused()) {
                return obstacle(scope, "%s is paused".formatted(what));
            }
            if (left(limits.concurrency(), total(scope)) <= 0) {
                return obstacle(
                        scope,
                        "%s: %s%s"
                                .formatted(
                                        what,
                                        taken(limits.concurrency(), total(scope), "permits"),
                                        deaf(lingering, scope, one -> true)));
            }
            if (left(limits.concurrencyPerKey(), ofKey(scope, line)) <= 0) {
                return obstacle(
                        scope,
                        "%s: %s%s"
                                .formatted(
                                        what,
                                        taken(limits.concurrencyPerKey(), ofKey(scope, line), "permits of its key"),
                                        deaf(lingering, scope, one -> Lines.keyOf(one) == Lines.keyOf(line))));
            }
            if (starts(limits.rate(), total(scope)) == 0) {
                return obstacle(scope, "%s: %s".formatted(what, nextStart("rate", limits.rate())));
            }
            if (starts(limits.ratePerKey(), ofKey(scope, line)) == 0) {
                return obstacle(scope, "%s: %s".formatted(what, nextStart("rate per key", limits.ratePerKey())));
            }
        }
        return Optional.empty();
    }

    private static Optional<Obstacle> obstacle(Scope scope, String words) {
        return Optional.of(new Obstacle(scope, words));
    }

    private String taken(@Nullable Integer limit, long account, String permits) {
        return "%d of %d %s taken".formatted(used.getOrDefault(account, 0), limit, permits);
    }

    private String nextStart(String what, @Nullable Rate rate) {
        return "its %s of %s lets the next start in %s"
                .formatted(what, rate, Durations.print(Duration.of(next - now, ChronoUnit.MICROS)));
    }

    private String deaf(List<Long> lingering, Scope scope, LongPredicate which) {
        long count = lingering.stream()
                .filter(line -> which.test(line)
                        && rules.scopesOf(rules.place(Lines.place(line))).contains(scope))
                .count();
        return count == 0 ? "" : ", counting %d that have timed out or were cancelled and do not stop".formatted(count);
    }

    /** So many of the line are claimed, and so many of them may execute at a time. */
    public void take(long line, int runs, int permits) {
        use(line, permits);
        for (Scope scope : rules.scopesOf(rules.place(Lines.place(line)))) {
            start(scope.limits().rate(), total(scope), runs);
            start(scope.limits().ratePerKey(), ofKey(scope, line), runs);
        }
    }

    private void start(@Nullable Rate rate, long account, int runs) {
        if (rate != null && runs > 0) {
            rates.put(account, due(rate, account) + interval(rate) * runs);
            changed.add(account);
        }
    }

    /** So many of those that were taken were not there. */
    public void giveBack(long line, int runs) {
        for (Scope scope : rules.scopesOf(rules.place(Lines.place(line)))) {
            giveBack(scope.limits().rate(), total(scope), runs);
            giveBack(scope.limits().ratePerKey(), ofKey(scope, line), runs);
        }
    }

    private void giveBack(@Nullable Rate rate, long account, int runs) {
        if (rate != null && runs > 0) {
            rates.merge(account, -interval(rate) * runs, Long::sum);
        }
    }

    /** The accounts whose rates changed, and to what. */
    public Map<Long, Long> changedRates() {
        Map<Long, Long> all = new HashMap<>();
        changed.forEach(account -> all.put(account, rates.get(account)));
        return all;
    }

    /** When a rate allows another start that it did not allow now, in microseconds; the greatest number if none did not. */
    public long next() {
        return next;
    }

    /** The accounts of the rates that hold for a line. */
    public static List<Long> rateAccounts(Rules rules, long line) {
        List<Long> accounts = new ArrayList<>();
        for (Scope scope : rules.scopesOf(rules.place(Lines.place(line)))) {
            if (scope.limits().rate() != null) {
                accounts.add(total(scope));
            }
            if (scope.limits().ratePerKey() != null) {
                accounts.add(ofKey(scope, line));
            }
        }
        return accounts;
    }
}
