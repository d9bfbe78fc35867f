package dev.errand.engine.validation;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** A call that the first execution of a body has made, what it came to, and what the parts of the body have called that it called. */
final class Noted {
    private final Trace trace;
    private final Call call;
    private final int number;
    private final boolean stray;
    private final Map<String, Trace> branches = new ConcurrentHashMap<>();
    private volatile @Nullable Answer answer;
    private volatile @Nullable Trace iteration;
    private volatile int iterationNumber;

    /**
     * Nothing has come of it yet.
     *
     * @param number the how many-th it is, from 1
     * @param stray whether nobody knows for which part of the body it was made
     */
    Noted(Trace trace, Call call, int number, boolean stray) {
        this.trace = trace;
        this.call = call;
        this.number = number;
        this.stray = stray;
    }

    Call call() {
        return call;
    }

    int number() {
        return number;
    }

    boolean isStray() {
        return stray;
    }

    /** Null if it waits. */
    @Nullable
    Answer answer() {
        return answer;
    }

    void answered(Answer by) {
        answer = by;
        if (by instanceof Answer.Returned returned) {
            trace.kept(returned.bytes());
        }
    }

    /** It has unwound its part of the body, which waits. */
    void waits() {
        trace.waits();
    }

    // ── parts

    /** An iteration begins; those before are not executed again. */
    Trace iteration(String loop, int number) {
        Trace begun = new Trace(trace.within("iteration %d of loop '%s'".formatted(number, loop)));
        iterationNumber = number;
        iteration = begun;
        return begun;
    }

    /** The last that began; null if none did. */
    @Nullable
    Trace iteration() {
        return iteration;
    }

    int iterationNumber() {
        return iterationNumber;
    }

    /** A branch begins, perhaps again. */
    Trace branch(String fork, String name) {
        Trace begun = new Trace(trace.within("branch '%s' of '%s'".formatted(name, fork)));
        branches.put(name, begun);
        return begun;
    }

    /** What a branch has called when it was last executed; null if it was not. */
    @Nullable
    Trace branch(String name) {
        return branches.get(name);
    }
}
