package dev.errand.engine.chaos;

import dev.errand.engine.chaos.Entry.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** What happened, held against what is promised. */
final class History {
    private final Map<String, List<Entry>> byRun = new TreeMap<>();
    private final Map<Long, Long> struck = new HashMap<>();
    private final List<String> violations = new ArrayList<>();

    /** Takes entries in the order of time. */
    History(List<Entry> entries) {
        for (Entry entry : entries) {
            if (entry.is(Kind.STRUCK)) {
                struck.putIfAbsent(entry.pid(), entry.at());
            } else {
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
        for (int i = 1; i < claims.size(); i++) {
            Entry before = claims.get(i - 1);
            Entry after = claims.get(i);
            checkHandedOver(run, before, after, entries);
            checkFenced(run, before, after, entries);
        }
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
        violations.add(run + " " + what);
    }
}
