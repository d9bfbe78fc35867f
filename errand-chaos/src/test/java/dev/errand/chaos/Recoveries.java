package dev.errand.chaos;

import dev.errand.chaos.Entry.Kind;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How long what killed processes held was nobody's.
 *
 * @param entries in the order of time
 */
record Recoveries(List<Entry> entries) {
    /**
     * Of each killed process that held any runs, how long after the last kill the first of these was claimed by another; all are taken back
     * together, but some have to wait for a turn. Zero if that was before.
     */
    List<Duration> sinceLastKill() {
        List<Entry> kills = entries.stream()
                .filter(entry -> entry.is(Kind.STRUCK) && entry.detail().isEmpty())
                .toList();
        long last = kills.isEmpty() ? 0 : kills.getLast().at();
        return kills.stream()
                .flatMap(kill -> takenOver(kill).stream())
                .map(at -> Duration.ofNanos(Math.max(0, at - last)))
                .toList();
    }

    private Optional<Long> takenOver(Entry kill) {
        Map<String, Long> holders = new HashMap<>();
        for (Entry entry : entries) {
            if (entry.at() < kill.at()) {
                note(entry, holders);
            } else if (entry.is(Kind.CLAIMED)
                    && entry.pid() != kill.pid()
                    && holders.getOrDefault(entry.run(), 0L) == kill.pid()) {
                return Optional.of(entry.at());
            }
        }
        return Optional.empty();
    }

    private static void note(Entry entry, Map<String, Long> holders) {
        if (entry.is(Kind.CLAIMED)) {
            holders.put(entry.run(), entry.pid());
        } else if (entry.is(Kind.RECORDED) && entry.endsClaim()) {
            holders.remove(entry.run());
        }
    }
}
