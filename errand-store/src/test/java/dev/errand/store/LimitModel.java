package dev.errand.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Limits;
import dev.errand.OnConflict;
import dev.errand.Rate;
import dev.errand.RunId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What the limits say, in the simplest way: everything that is claimed is in one list, and is counted afresh each time. */
final class LimitModel {
    /** A queue, or all runs of a task. */
    static final class Rule {
        final String name;
        private Limits base = Limits.none();
        private @Nullable Limits override;
        boolean paused;
        /** Since its rates are what they are: when each claim was made. */
        private final List<Start> starts = new ArrayList<>();

        Rule(String name) {
            this.name = name;
        }

        Limits limits() {
            return override == null ? base : base.overriddenBy(override);
        }

        Limits base() {
            return base;
        }

        void declared(Limits limits) {
            change(() -> base = limits);
        }

        void overridden(@Nullable Limits limits) {
            change(() -> override = limits);
        }

        private void change(Runnable change) {
            Limits before = limits();
            change.run();
            if (!Objects.equals(before.rate(), limits().rate())
                    || !Objects.equals(before.ratePerKey(), limits().ratePerKey())) {
                starts.clear();
            }
        }

        boolean holdsFor(String task, @Nullable String queue) {
            return name.equals(queue) || name.equals("task/" + task.toLowerCase(Locale.ROOT));
        }

        boolean holdsFor(Claim claim) {
            return holdsFor(claim.task(), claim.options().queue());
        }

        boolean holdsFor(NewRun run) {
            return holdsFor(run.task(), run.options().queue());
        }
    }

    private record Start(Instant at, String key) {}

    final Map<String, Rule> rules = new LinkedHashMap<>();
    private final Map<RunId, Claim> claimed = new HashMap<>();
    private final List<Claim> lingering = new ArrayList<>();

    Rule rule(String name) {
        return rules.computeIfAbsent(name, Rule::new);
    }

    void claimed(List<Claim> claims, Instant now) {
        for (Claim claim : claims) {
            assertThat(claimed.put(claim.run(), claim))
                    .as("who held %s before", claim.run())
                    .isNull();
        }
        for (Rule rule : rules.values()) {
            List<Claim> news = claims.stream().filter(rule::holdsFor).toList();
            if (!news.isEmpty()) {
                check(rule, news);
                news.forEach(claim -> rule.starts.add(new Start(now, key(claim))));
                checkRates(rule, news, now);
            }
        }
    }

    void givenUp(RunId run) {
        claimed.remove(run);
    }

    /** The run has ended, its body has not. */
    void lingers(Claim claim) {
        claimed.remove(claim.run());
        lingering.add(claim);
    }

    void left(Claim claim) {
        lingering.remove(claim);
    }

    private void check(Rule rule, List<Claim> news) {
        assertThat(rule.paused)
                .as("%s is paused, and %s are claimed", rule.name, news)
                .isFalse();
        Integer limit = rule.limits().concurrency();
        if (limit != null) {
            assertThat(taken(rule, null)).as("slots of %s", rule.name).isLessThanOrEqualTo(limit);
        }
        Integer perKey = rule.limits().concurrencyPerKey();
        if (perKey != null) {
            for (String key : keys(news)) {
                assertThat(taken(rule, key))
                        .as("slots of %s, key %s", rule.name, key)
                        .isLessThanOrEqualTo(perKey);
            }
        }
    }

    /** How many slots of a key, or with null of all of them. */
    private int taken(Rule rule, @Nullable String key) {
        Predicate<Claim> counts =
                claim -> rule.holdsFor(claim) && (key == null || key(claim).equals(key));
        int deaf = (int) lingering.stream().filter(counts).count();
        return deaf + slots(claimed.values().stream().filter(counts).toList());
    }

    /** Whether nothing holds this run back: no pause, no limit that is reached, and no rate, whose time may not have come. */
    boolean letStart(NewRun run) {
        return rules.values().stream().filter(rule -> rule.holdsFor(run)).allMatch(rule -> isOpen(rule, run));
    }

    private boolean isOpen(Rule rule, NewRun run) {
        Limits limits = rule.limits();
        return !rule.paused
                && limits.rate() == null
                && limits.ratePerKey() == null
                && isBelow(limits.concurrency(), rule, null)
                && isBelow(limits.concurrencyPerKey(), rule, key(run.options()));
    }

    private boolean isBelow(@Nullable Integer limit, Rule rule, @Nullable String key) {
        return limit == null || taken(rule, key) < limit;
    }

    private static void checkRates(Rule rule, List<Claim> news, Instant now) {
        checkRate(rule.name, rule.limits().rate(), rule.starts, now);
        for (String key : keys(news)) {
            List<Start> ofKey = rule.starts.stream()
                    .filter(start -> start.key().equals(key))
                    .toList();
            checkRate(rule.name + ", key " + key, rule.limits().ratePerKey(), ofKey, now);
        }
    }

    /** From any start until now, no more than a burst and what the time lets through. */
    private static void checkRate(String whose, @Nullable Rate rate, List<Start> starts, Instant now) {
        for (int first = 0; rate != null && first < starts.size(); first++) {
            Duration since = Duration.between(starts.get(first).at(), now);
            assertThat(starts.size() - first)
                    .as("starts of %s within %s, where the rate is %s", whose, since, rate)
                    .isLessThanOrEqualTo(rate.burst() + (int) since.dividedBy(rate.interval()));
        }
    }

    private static List<String> keys(List<Claim> claims) {
        return claims.stream().map(LimitModel::key).distinct().toList();
    }

    private static String key(Claim claim) {
        return key(claim.options());
    }

    private static String key(RunOptions options) {
        return String.valueOf(options.concurrencyKey());
    }

    /** Claims by themselves take one each; those of a share together what the share may execute, or as many as are left of it. */
    private static int slots(List<Claim> claims) {
        Map<Share, Long> shares = new ArrayList<>(claims)
                .stream()
                        .filter(claim -> claim.share() != null)
                        .collect(Collectors.groupingBy(Claim::share, Collectors.counting()));
        int slots = (int) claims.stream().filter(claim -> claim.share() == null).count();
        for (Map.Entry<Share, Long> share : shares.entrySet()) {
            slots += (int) Math.min(share.getKey().permits(), share.getValue());
        }
        return slots;
    }

    /** What a new run does not wait for: of its queue, then of its task, each first of its key. */
    List<ConflictModel> conflicts(NewRun run) {
        List<ConflictModel> conflicts = new ArrayList<>();
        for (Rule rule : rules.values()) { // queues were declared before tasks
            Limits limits = rule.limits();
            if (limits.onConflict() != OnConflict.WAIT && rule.holdsFor(run)) {
                Predicate<NewRun> ofKey = other -> rule.holdsFor(other) && ConflictModel.sameKey(run, other);
                add(conflicts, limits.concurrencyPerKey(), limits.onConflict(), ofKey);
                add(conflicts, limits.concurrency(), limits.onConflict(), rule::holdsFor);
            }
        }
        return conflicts;
    }

    private static void add(
            List<ConflictModel> conflicts, @Nullable Integer limit, OnConflict policy, Predicate<NewRun> which) {
        if (limit != null) {
            conflicts.add(new ConflictModel(limit, policy, which));
        }
    }
}
