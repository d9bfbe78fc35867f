package dev.errand.engine.task;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** Finds what somebody may have meant: names within a few edits (Levenshtein), or that contain or begin alike. */
public final class Similar {
    private Similar() {}

    /** At most three, the likeliest first. */
    public static List<String> to(String wanted, List<String> known) {
        record Guess(String name, int distance) {}
        String lower = wanted.toLowerCase(Locale.ROOT);
        return known.stream()
                .map(name -> new Guess(name, distance(lower, name.toLowerCase(Locale.ROOT))))
                .filter(guess -> guess.distance() <= Math.max(2, wanted.length() / 3))
                .sorted(Comparator.comparingInt(Guess::distance))
                .limit(3)
                .map(Guess::name)
                .toList();
    }

    private static int distance(String a, String b) {
        if (b.contains(a) || a.contains(b)) {
            return 1;
        }
        int[] previous = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            previous[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int[] row = new int[b.length() + 1];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int swap = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(swap, 1 + Math.min(previous[j], row[j - 1]));
            }
            previous = row;
        }
        return previous[b.length()];
    }
}
