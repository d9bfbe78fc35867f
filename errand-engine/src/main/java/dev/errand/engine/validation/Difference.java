package dev.errand.engine.validation;

import org.jspecify.annotations.Nullable;

/**
 * Where the second execution of a body has left the first.
 *
 * @param place the part of the body; empty for the body as a whole
 * @param call the how many-th of the first execution it is there, from 1
 * @param first what was called there, or how the body ended
 * @param second the same
 * @param error what was thrown the second time; null if nothing was
 */
public record Difference(
        String place,
        int call,
        String first,
        String second,
        @Nullable Throwable error) {

    /** For people: what is wrong with a task's body, and the way out. */
    public String message(String task) {
        return "The body of task '%s' cannot be replayed: executed twice, with the same answers, it did not do the same. %s, was %s in the first execution, and %s in the second. Make what is different each time a step, or take it from run.now(), run.random() or run.newId()"
                .formatted(task, where(), first, first.equals(second) ? "the same with another payload" : second);
    }

    private String where() {
        return "Call " + call + (place.isEmpty() ? "" : " in " + place);
    }
}
