package dev.errand;

/** Names with {@code *} for any text, ignoring case. */
final class NamePattern {
    private NamePattern() {}

    static boolean matches(String pattern, String name) {
        int star = pattern.indexOf('*');
        return star < 0
                ? pattern.equalsIgnoreCase(name)
                : name.regionMatches(true, 0, pattern, 0, star) && rest(pattern, star, name, star);
    }

    /** Each text between two stars is found as early as possible; the last one ends the name. */
    private static boolean rest(String pattern, int star, String name, int from) {
        int at = from;
        int left = star;
        for (int next = pattern.indexOf('*', left + 1); next >= 0; next = pattern.indexOf('*', left + 1)) {
            at = find(name, at, pattern, left + 1, next);
            if (at < 0) {
                return false;
            }
            at += next - left - 1;
            left = next;
        }
        int length = pattern.length() - left - 1;
        return name.length() - at >= length
                && name.regionMatches(true, name.length() - length, pattern, left + 1, length);
    }

    private static int find(String name, int from, String pattern, int begin, int end) {
        for (int at = from; at <= name.length() - (end - begin); at++) {
            if (name.regionMatches(true, at, pattern, begin, end - begin)) {
                return at;
            }
        }
        return -1;
    }
}
