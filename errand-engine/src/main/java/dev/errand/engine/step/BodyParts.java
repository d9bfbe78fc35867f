package dev.errand.engine.step;

import java.util.function.Predicate;

/** What loops and branches ask of the attempt whose body they are parts of. */
public interface BodyParts {
    /** @throws IllegalStateException if it is not the body that calls, on its thread or a branch's; with the reason, and what to do */
    void requireInBody(String what);

    /** What the body has said will be kept before whatever is recorded from now on. */
    void flush();

    /** Places are not come by again: what was said there need not be known any more. */
    void over(Predicate<String> paths);

    /** The code at places is called from its beginning again: what it said it says again. */
    void again(Predicate<String> paths);

    /** Calls the code of a branch on a thread of its own, which counts as the body's. */
    Thread start(Runnable code);

    /** A branch has ended or waits: it holds no locks any more. */
    void ended(Place branch);
}
