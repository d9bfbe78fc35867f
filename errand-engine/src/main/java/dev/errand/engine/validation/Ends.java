package dev.errand.engine.validation;

import dev.errand.LoopAnswer;

/** How code of a body ends, in words. */
final class Ends {
    static final String RETURNED = "the end";

    private Ends() {}

    static String of(LoopAnswer<?> answer) {
        return answer instanceof LoopAnswer.Done<?>
                ? "the end of the loop"
                : "the end, with another iteration to follow";
    }

    static String of(Throwable error) {
        return "an error (" + error + ")";
    }
}
