package dev.errand;

import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** Time zones as people write them. */
final class Zones {
    private static final int MOST_EDITS = 3;

    private Zones() {}

    /** The zone; or an error that says which may have been meant. */
    static ZoneId parse(String name) {
        try {
            return ZoneId.of(name.strip());
        } catch (DateTimeException e) {
            List<String> similar = similar(name.strip().toLowerCase(Locale.ROOT).replace(' ', '_'));
            throw new IllegalArgumentException(
                    "'%s' is no time zone; %s"
                            .formatted(
                                    name,
                                    similar.isEmpty()
                                            ? "write for example Europe/Berlin, America/New_York or UTC"
                                            : "did you mean " + String.join(", ", similar) + "?"),
                    e);
        }
    }

    private record Guess(String zone, int edits) {}

    private static List<String> similar(String wanted) {
        return ZoneId.getAvailableZoneIds().stream()
                .map(zone -> new Guess(zone, edits(wanted, zone.toLowerCase(Locale.ROOT))))
                .filter(guess -> guess.edits() <= Math.min(MOST_EDITS, wanted.length() / 2))
                .sorted(Comparator.comparingInt(Guess::edits).thenComparing(Guess::zone))
                .limit(3)
                .map(Guess::zone)
                .toList();
    }

    /** To the whole name, or to the city in it. */
    private static int edits(String wanted, String zone) {
        return Math.min(distance(wanted, zone), distance(wanted, zone.substring(zone.lastIndexOf('/') + 1)));
    }

    private static int distance(String a, String b) {
        int[] last = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            last[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int[] row = new int[b.length() + 1];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int change = last[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(change, 1 + Math.min(row[j - 1], last[j]));
            }
            last = row;
        }
        return last[b.length()];
    }
}
