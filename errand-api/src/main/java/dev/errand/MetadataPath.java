package dev.errand;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads keys of metadata that are paths. */
final class MetadataPath {
    private static final String BEGIN = "$.";
    private static final int LONGEST = 2_048;
    private static final int DEEPEST = 32;

    /** Programs in JavaScript read metadata, too, and would change more by these than their own objects. */
    private static final Set<String> REFUSED = Set.of("__proto__", "constructor", "prototype");

    private static final Pattern STEP =
            Pattern.compile("\\G(?:\\.([^.\\[\\]*]+)|\\[(\\d{1,9})]|\\['([^']+)']|\\[\"([^\"]+)\"])");

    private MetadataPath() {}

    /** The key itself, unless it is a path. */
    static List<String> of(String key) {
        if (key.isEmpty() || key.length() > LONGEST) {
            throw new IllegalArgumentException(
                    "a key of metadata has 1 to %,d characters, this one %,d".formatted(LONGEST, key.length()));
        }
        List<String> path = key.startsWith(BEGIN) ? steps(key) : List.of(key);
        for (String step : path) {
            if (REFUSED.contains(step)) {
                throw new IllegalArgumentException("'%s' is no key of metadata".formatted(step));
            }
        }
        return path;
    }

    private static List<String> steps(String key) {
        List<String> steps = new ArrayList<>();
        Matcher matcher = STEP.matcher(key);
        int end = 1;
        for (matcher.region(end, key.length()); matcher.find(); end = matcher.end()) {
            steps.add(step(matcher));
        }
        if (end < key.length() || steps.size() > DEEPEST) {
            throw new IllegalArgumentException(
                    "a path is needed such as $.files.0.name or $.files[0]['name'], with at most %d steps"
                            .formatted(DEEPEST));
        }
        return steps;
    }

    private static String step(Matcher matcher) {
        int group = 1;
        while (matcher.group(group) == null) {
            group++;
        }
        return Objects.requireNonNull(matcher.group(group));
    }
}
