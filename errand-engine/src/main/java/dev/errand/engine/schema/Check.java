package dev.errand.engine.schema;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One schema being applied to one place in a payload. What it found wrong, and which properties and items its rules have looked at:
 * {@code unevaluatedProperties} and its like ask for the others. Rules that may fail without harm get a check of their own.
 */
final class Check {
    /** Something wrong at a place. */
    record Problem(String path, String reason) {}

    private final @Nullable Check parent;
    private final String step;
    private @Nullable List<Problem> problems;
    private @Nullable Set<Object> seen;

    /** Of the whole payload. */
    Check() {
        this(null, "");
    }

    private Check(@Nullable Check parent, String step) {
        this.parent = parent;
        this.step = step;
    }

    Check at(String property) {
        return new Check(this, property);
    }

    Check at(int index) {
        return new Check(this, Integer.toString(index));
    }

    /** Another check of the same place. */
    Check again() {
        return new Check(parent, step);
    }

    boolean passed() {
        return problems == null;
    }

    List<Problem> problems() {
        return problems == null ? List.of() : problems;
    }

    void problem(String reason) {
        add(List.of(new Problem(path(), reason)));
    }

    void add(List<Problem> more) {
        if (!more.isEmpty()) {
            if (problems == null) {
                problems = new ArrayList<>();
            }
            problems.addAll(more);
        }
    }

    /** A rule has looked at this property or item. */
    void saw(Object nameOrIndex) {
        if (seen == null) {
            seen = new HashSet<>();
        }
        seen.add(nameOrIndex);
    }

    boolean hasSeen(Object nameOrIndex) {
        return seen != null && seen.contains(nameOrIndex);
    }

    /** Takes over what another check of this place has looked at, which passed. */
    void sawAll(Check other) {
        if (other.seen != null) {
            other.seen.forEach(this::saw);
        }
    }

    private String path() {
        return parent == null
                ? ""
                : parent.path() + '/' + step.replace("~", "~0").replace("/", "~1");
    }
}
