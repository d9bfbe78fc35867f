package dev.errand.engine.step;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How a {@link Place} is written in the keys of a journal: {@code in:@track@3/checks.stock#1|name:ask#1} is a step in a branch of the fourth
 * iteration of a loop. What is at the top of a body has no path before its key.
 */
final class Paths {
    /** The path of what is at the top of a body. */
    static final String TOP = "";

    private static final String IN = "in:";
    private static final Pattern MARKS = Pattern.compile("[%/|.#@]");
    private static final Pattern MARK = Pattern.compile("%([0-9A-F]{2})");
    private static final Pattern ITERATION = Pattern.compile("@([^@]*)@(\\d{1,10})");
    private static final Pattern BRANCH = Pattern.compile("([^.]*)\\.([^#]*)#(\\d{1,10})");

    /** Which iteration something is in; a run has one loop. */
    record Iteration(String loop, int number) {}

    private Paths() {}

    /** A key as it is stored. */
    static String key(String path, String key) {
        return path.isEmpty() ? key : IN + path + "|" + key;
    }

    /** Where a key that is stored is. */
    static String path(String stored) {
        return stored.startsWith(IN) && stored.indexOf('|') > 0
                ? stored.substring(IN.length(), stored.indexOf('|'))
                : TOP;
    }

    /** The key without where it is. */
    static String inner(String stored) {
        return stored.startsWith(IN) ? stored.substring(stored.indexOf('|') + 1) : stored;
    }

    static String iteration(String path, String loop, int number) {
        return within(path, "@" + escaped(loop) + "@" + number);
    }

    static String branch(String path, String fork, int occurrence, String branch) {
        return branch(path, branch(fork, branch), occurrence);
    }

    /** @param branch what it is told by */
    static String branch(String path, String branch, int occurrence) {
        return within(path, branch + "#" + occurrence);
    }

    /** What a branch is told by, besides the how many-th of their name its branches are. */
    static String branch(String fork, String branch) {
        return escaped(fork) + "." + escaped(branch);
    }

    /** As what a loop is known in its place. */
    static String loop(String escaped) {
        return "@" + escaped;
    }

    /** As what branches are known in their place. */
    static String fork(String escaped, int occurrence) {
        return escaped + "#" + occurrence;
    }

    /** Which branches a branch is one of, by what it is told by. */
    static String forkOf(String branch) {
        int dot = branch.indexOf('.');
        return dot < 0 ? branch : branch.substring(0, dot);
    }

    /** Which loop, or which branches, lead from a place further in. */
    static @Nullable String container(String path, String place) {
        String part = path.substring(place.isEmpty() ? 0 : place.length() + 1).split("/", -1)[0];
        Matcher iteration = ITERATION.matcher(part);
        if (iteration.matches()) {
            return loop(iteration.group(1));
        }
        Matcher branch = BRANCH.matcher(part);
        return branch.matches() ? fork(branch.group(1), Integer.parseInt(branch.group(3))) : null;
    }

    /** Whether a path leads to a place, or further in. */
    static boolean isWithin(String path, String place) {
        return place.isEmpty() || in(place).test(path);
    }

    /** The iteration that something is in, or the top: where keys are that branches share. */
    static String iterationOf(String path) {
        List<String> parts = new ArrayList<>(List.of(path.split("/", -1)));
        while (!parts.isEmpty() && !ITERATION.matcher(parts.getLast()).matches()) {
            parts.removeLast();
        }
        return String.join("/", parts);
    }

    private static String within(String path, String part) {
        return path.isEmpty() ? part : path + "/" + part;
    }

    /** Which iteration a path leads into; null if into none. */
    static @Nullable Iteration iteration(String path) {
        if (path.indexOf('@') < 0) {
            return null;
        }
        for (String part : path.split("/", -1)) {
            Matcher iteration = ITERATION.matcher(part);
            if (iteration.matches()) {
                return new Iteration(iteration.group(1), Integer.parseInt(iteration.group(2)));
            }
        }
        return null;
    }

    /** The same place in every iteration. */
    static String withoutIteration(String path) {
        List<String> parts = new ArrayList<>(List.of(path.split("/", -1)));
        parts.removeIf(part -> ITERATION.matcher(part).matches());
        return String.join("/", parts);
    }

    static boolean isInBranch(String path) {
        return path.indexOf('#') >= 0;
    }

    /** Those that lead there, or further in. */
    static Predicate<String> in(String place) {
        return path -> path.equals(place) || path.startsWith(place + "/");
    }

    /** Those that lead into an iteration of a loop before this one. */
    static Predicate<String> before(String loop, int number) {
        String escaped = escaped(loop);
        return path -> {
            Iteration in = iteration(path);
            return in != null && in.loop().equals(escaped) && in.number() < number;
        };
    }

    /** Whether a path leads into one of these branches. */
    static boolean isIn(String path, String outer, String fork, int occurrence) {
        String before = outer.isEmpty() ? TOP : outer + "/";
        if (!path.startsWith(before)) {
            return false;
        }
        Matcher branch = BRANCH.matcher(path.substring(before.length()).split("/", -1)[0]);
        return branch.matches()
                && branch.group(1).equals(escaped(fork))
                && branch.group(3).equals(Integer.toString(occurrence));
    }

    /** For those who look at it; null for the top. */
    static @Nullable String shown(String path) {
        if (path.isEmpty()) {
            return null;
        }
        List<String> parts = new ArrayList<>();
        for (String part : path.split("/", -1)) {
            Matcher iteration = ITERATION.matcher(part);
            parts.add(
                    iteration.matches()
                            ? unescaped(iteration.group(1)) + "[" + iteration.group(2) + "]"
                            : unescaped(part.endsWith("#1") ? part.substring(0, part.length() - 2) : part));
        }
        return String.join(" / ", parts);
    }

    static String escaped(String name) {
        return MARKS.matcher(name)
                .replaceAll(mark -> "%%%02X".formatted((int) mark.group().charAt(0)));
    }

    private static String unescaped(String part) {
        return MARK.matcher(part).replaceAll(mark -> {
            String character = Character.toString((char) Integer.parseInt(mark.group(1), 16));
            return Matcher.quoteReplacement(character);
        });
    }
}
