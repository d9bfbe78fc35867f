package dev.errand.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Limits;
import dev.errand.RunId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What the limits say, in the simplest way: everything that is claimed is in one list, and is counted afresh each time. */
final class LimitModel {
    /** A queue, or all runs of a task. */
    static final class Rule {
        final String name;
        Limits base;

        @Nullable
        Limits override;

        boolean paused;

        Rule(String name, Limits base) {
            this.name = name;
            this.base = base;
        }

        Limits limits() {
            return override == null ? base : base.overriddenBy(override);
        }

        boolean holdsFor(Claim claim) {
            return name.equals(claim.options().queue())
                    || name.equals("task/" + claim.task().toLowerCase(Locale.ROOT));
        }
    }

    final Map<String, Rule> rules = new LinkedHashMap<>();
    private final Map<RunId, Claim> claimed = new HashMap<>();
    private final List<Claim> lingering = new ArrayList<>();

    void claimed(List<Claim> claims) {
        for (Claim claim : claims) {
            assertThat(claimed.put(claim.run(), claim))
                    .as("who held %s before", claim.run())
                    .isNull();
        }
        for (Rule rule : rules.values()) {
            List<Claim> news = claims.stream().filter(rule::holdsFor).toList();
            if (!news.isEmpty()) {
                check(rule, news);
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
        List<Claim> all = claimed.values().stream().filter(rule::holdsFor).toList();
        List<Claim> deaf = lingering.stream().filter(rule::holdsFor).toList();
        Integer limit = rule.limits().concurrency();
        if (limit != null) {
            assertThat(slots(all) + deaf.size()).as("slots of %s", rule.name).isLessThanOrEqualTo(limit);
        }
        Integer perKey = rule.limits().concurrencyPerKey();
        if (perKey != null) {
            for (String key : news.stream().map(LimitModel::key).distinct().toList()) {
                List<Claim> ofKey =
                        all.stream().filter(claim -> key(claim).equals(key)).toList();
                long deafOfKey =
                        deaf.stream().filter(claim -> key(claim).equals(key)).count();
                assertThat(slots(ofKey) + deafOfKey)
                        .as("slots of %s, key %s", rule.name, key)
                        .isLessThanOrEqualTo(perKey);
            }
        }
    }

    private static String key(Claim claim) {
        return String.valueOf(claim.options().concurrencyKey());
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
}
