package dev.errand.cli.console;

import java.util.regex.Pattern;

/** Text that must fit on one line of a terminal. */
public final class OneLine {
    private static final Pattern BREAK = Pattern.compile("\\s*\\R\\s*");

    private OneLine() {}

    public static String of(String text) {
        return BREAK.matcher(text.strip()).replaceAll(" ");
    }

    /** At most so long; an ellipsis tells that there was more. */
    public static String of(String text, int length) {
        String line = of(text);
        return line.length() <= length ? line : line.substring(0, Math.max(0, length - 1)) + "…";
    }
}
