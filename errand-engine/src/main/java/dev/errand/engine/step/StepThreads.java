package dev.errand.engine.step;

import dev.errand.RunId;
import dev.errand.StepBody;
import java.sql.Connection;
import org.jspecify.annotations.Nullable;

/** In which step of an attempt each thread is: there is none in another, since a step is kept as a whole. */
final class StepThreads {
    /**
     * The step whose code a thread calls.
     *
     * @param connection its transaction's; null if it is none
     * @param always whether it is called by every attempt
     */
    record Inside(String name, @Nullable Connection connection, boolean always) {}

    private final RunId run;

    @SuppressWarnings("ThreadLocalUsage") // of one attempt, and nothing is left in it when a step ends
    private final ThreadLocal<@Nullable Inside> inside = new ThreadLocal<>();

    StepThreads(RunId run) {
        this.run = run;
    }

    <T extends @Nullable Object, X extends Exception> T call(Inside where, StepBody<T, X> body) throws X {
        inside.set(where);
        try {
            return body.run();
        } finally {
            inside.remove();
        }
    }

    /** The transaction that the calling thread is in; null for none. */
    @Nullable
    Connection transaction() {
        Inside outer = inside.get();
        return outer == null ? null : outer.connection();
    }

    /** Whether what the calling thread does is not done again once it is kept. */
    boolean isKept() {
        Inside outer = inside.get();
        return outer != null && !outer.always();
    }

    void refuseInside(String what) {
        Inside outer = inside.get();
        if (outer != null) {
            throw new IllegalStateException(
                    "%s: it is inside step '%s' of run %s, and a step is kept as a whole. Call it after that step, or make it a part of it without a name of its own"
                            .formatted(what, outer.name(), run));
        }
    }
}
