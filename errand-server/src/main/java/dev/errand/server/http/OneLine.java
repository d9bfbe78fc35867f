package dev.errand.server.http;

/** Text of others as a log can show it: without ends of lines, by which it could pretend to be lines of the log, and not too long. */
final class OneLine {
    private static final int LONGEST = 200;

    private OneLine() {}

    static String of(String text) {
        String start = text.length() > LONGEST ? text.substring(0, LONGEST) + "…" : text;
        return start.replaceAll("[\\p{Cntrl}\\u2028\\u2029]", "?");
    }
}
