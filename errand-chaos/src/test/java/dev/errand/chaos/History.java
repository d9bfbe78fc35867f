package dev.errand.chaos;

import dev.errand.chaos.Entry.Kind;
import dev.errand.store.format.ClaimIds;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What happened, held against what is promised. */
final class History {
    private final Map<String, List<Entry>> byRun = new TreeMap<>();
    private final Map<Long, Long> struck = new HashMap<>();
    /** Of nodes in the store, as which each process claimed before it was struck. */
    private final Map<Long, Set<Long>> numbers = new HashMap<>();

    private final List<String> violations = new ArrayList<>();

    /** Takes entries in the order of time. */
    History(List<Entry> entries) {
        for (Entry entry : entries) {
            if (entry.is(Kind.STRUCK)) {
                struck.putIfAbsent(entry.pid(), entry.at());
            } else {
                if (entry.is(Kind.CLAIMED) && !struck.containsKey(entry.pid())) {
                    numbers.computeIfAbsent(entry.pid(), pid -> new HashSet<>()).add(ClaimIds.node(entry.claim()));
                }
                byRun.computeIfAbsent(entry.run(), run -> new ArrayList<>()).add(entry);
            }
        }
    }

    /**
     * What was broken, in words.
     *
     * @param ends how often each run's end was told, by its id
     */
    List<String> violations(Map<String, Integer> ends) {
        byRun.forEach((run, entries) -> {
            if (entries.stream().anyMatch(entry -> entry.is(Kind.TRIGGERED)) && ends.getOrDefault(run, 0) != 1) {
                broken(run, "was acknowledged and ended " + ends.getOrDefault(run, 0) + " times");
            }
            check(run, entries);
        });
        return violations;
    }

    int count(Kind kind) {
        return (int) byRun.values().stream()
                .flatMap(List::stream)
                .filter(entry -> entry.is(kind))
                .count();
    }

    private void check(String run, List<Entry> entries) {
        List<Entry> claims =
                entries.stream().filter(entry -> entry.is(Kind.CLAIMED)).toList();
        long ended = entries.stream()
                .filter(entry -> entry.is(Kind.RECORDED) && entry.endsRun())
                .map(Entry::claim)
                .distinct()
                .count();
        if (ended > 1) {
            broken(run, "was ended by " + ended + " claims");
        }
        for (int i = 0; i < claims.size(); i++) {
            Entry before = claims.get(i);
            claims.stream()
                    .skip(i + 1L)
                    .filter(claim -> !isOldNews(claim))
                    .findFirst()
                    .ifPresent(after -> {
                        checkHandedOver(run, before, after, entries);
                        checkFenced(run, before, after, entries);
                    });
        }
    }

    /**
     * Whether it may have been made long before it was written down: by a node that was struck in between, whose number was still the one it
     * had claimed with before. When it was made is not known then, only that nothing it records may count.
     */
    private boolean isOldNews(Entry claim) {
        return struck.getOrDefault(claim.pid(), Long.MAX_VALUE) < claim.at()
                && numbers.getOrDefault(claim.pid(), Set.of()).contains(ClaimIds.node(claim.claim()));
    }

    /** A claim follows another only once that one was given up by its holder, or its holder may have been taken for dead. */
    private void checkHandedOver(String run, Entry before, Entry after, List<Entry> entries) {
        boolean givenUp = entries.stream()
                .anyMatch(entry -> entry.is(Kind.SENT)
                        && entry.claim() == before.claim()
                        && entry.endsClaim()
                        && entry.at() < after.at());
        boolean takenAway = struck.getOrDefault(before.pid(), Long.MAX_VALUE) < after.at();
        if (!givenUp && !takenAway) {
            broken(run, "was claimed by %d while %d held it".formatted(after.pid(), before.pid()));
        }
    }

    /** Who lost a claim records nothing after; but may repeat what had ended it, when the answer was lost. */
    private void checkFenced(String run, Entry before, Entry after, List<Entry> entries) {
        for (Entry entry : entries) {
            if (entry.is(Kind.RECORDED) && entry.claim() == before.claim() && sent(entry, entries) > after.at()) {
                boolean repeated = entry.detail().equals("Released")
                        || (entry.detail().equals("Retried") && after.attempt() > before.attempt());
                if (!repeated) {
                    broken(
                            run,
                            "%s was recorded by %d after %d had claimed it"
                                    .formatted(entry.detail(), before.pid(), after.pid()));
                }
            }
        }
        boolean over = entries.stream()
                .anyMatch(entry -> entry.is(Kind.RECORDED)
                        && entry.endsRun()
                        && entry.claim() == before.claim()
                        && entry.at() < after.at());
        if (over) {
            broken(run, "was claimed by %d after it had ended".formatted(after.pid()));
        }
    }

    /** When the report that was answered here had been sent, at the latest. */
    private static long sent(Entry answer, List<Entry> entries) {
        return entries.stream()
                .filter(entry -> entry.is(Kind.SENT)
                        && entry.claim() == answer.claim()
                        && Objects.equals(entry.detail(), answer.detail())
                        && entry.at() <= answer.at())
                .mapToLong(Entry::at)
                .max()
                .orElse(Long.MIN_VALUE);
    }

    private void broken(String run, String what) {
        String history =
                byRun.getOrDefault(run, List.of()).stream().map(Entry::line).collect(Collectors.joining("  "));
        violations.add(run + " " + what + ":\n  " + history);
    }
}
