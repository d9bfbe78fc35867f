package dev.errand.cron;

import java.util.List;
import java.util.Locale;

/** What a field of an expression counts: its range, and the names that may stand for its numbers. */
enum Unit {
    SECOND("second", 0, 59, ""),
    MINUTE("minute", 0, 59, ""),
    HOUR("hour", 0, 23, ""),
    DAY_OF_MONTH("day of month", 1, 31, ""),
    MONTH("month", 1, 12, "JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC"),
    /** 0 is Sunday, and so is 7. */
    DAY_OF_WEEK("day of week", 0, 7, "SUN MON TUE WED THU FRI SAT");

    final String title;
    final int least;
    final int most;
    /** With spaces between them; empty if numbers have none. */
    private final String names;

    Unit(String title, int least, int most, String names) {
        this.title = title;
        this.least = least;
        this.most = most;
        this.names = names;
    }

    /** The number that the text says or names; -1 if neither. */
    int number(String text) {
        int name = List.of(names.split(" ", -1)).indexOf(text.toUpperCase(Locale.ROOT));
        if (name >= 0 && !text.isEmpty()) {
            return name + least;
        }
        boolean digits = !text.isEmpty() && text.length() <= 3 && text.chars().allMatch(c -> c >= '0' && c <= '9');
        return digits ? Integer.parseInt(text) : -1;
    }

    /** For messages: what is legal. */
    String legal() {
        String numbers = "%d to %d".formatted(least, most);
        return names.isEmpty()
                ? numbers
                : "%s or %s to %s"
                        .formatted(
                                numbers,
                                names.substring(0, names.indexOf(' ')),
                                names.substring(names.lastIndexOf(' ') + 1));
    }
}
