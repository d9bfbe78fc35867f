package dev.errand.chaos;

import dev.errand.chaos.Entry.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Which bodies of limited runs were alive at a time, by their own record: those of a killed process until it was struck, or wrote its
 * last line, whichever came later.
 */
final class Occupancy {
    /** For all limited runs. */
    static final String ALL = "all";

    private final Map<String, List<Entry>> fullest = new TreeMap<>();
    private final List<Entry> alive = new ArrayList<>();

    /** Takes entries in the order of time. */
    Occupancy(List<Entry> entries) {
        Map<Long, Integer> last = new HashMap<>();
        Set<Long> struck = new HashSet<>();
        for (int i = 0; i < entries.size(); i++) {
            last.put(entries.get(i).pid(), i);
            if (entries.get(i).is(Kind.STRUCK)) {
                struck.add(entries.get(i).pid());
            }
        }
        for (int i = 0; i < entries.size(); i++) {
            Entry entry = entries.get(i);
            follow(entry);
            if (struck.contains(entry.pid()) && last.getOrDefault(entry.pid(), i) == i) {
                alive.removeIf(one -> one.pid() == entry.pid());
            }
        }
    }

    private void follow(Entry entry) {
        if (entry.is(Kind.ENTERED)) {
            alive.add(entry);
            accounts(entry).forEach(this::count);
        } else if (entry.is(Kind.LEFT)) {
            alive.removeIf(one -> one.pid() == entry.pid() && one.run().equals(entry.run()));
        }
    }

    /** All, its queue, its key in the queue, and the run itself, which none else executes meanwhile. */
    private static Set<String> accounts(Entry entry) {
        String queue = entry.detail().split(" ", -1)[0];
        return Set.copyOf(List.of(ALL, queue, entry.detail(), entry.run()));
    }

    private void count(String account) {
        List<Entry> now =
                alive.stream().filter(one -> accounts(one).contains(account)).toList();
        if (now.size() > atMost(account).size()) {
            fullest.put(account, now);
        }
    }

    /** The bodies of a queue, a key ("queue key") or a run that lived when most of them did. */
    List<Entry> atMost(String account) {
        return fullest.getOrDefault(account, List.of());
    }

    /** All accounts that were ever counted. */
    Set<String> accounts() {
        return fullest.keySet();
    }
}
