package dev.errand.engine.validation;

import dev.errand.StepBody;
import org.jspecify.annotations.Nullable;

/**
 * In which part of a body each thread is, while that is executed once: where it was called, or where that thread was which has started it.
 *
 * @param <P> a part
 */
final class Whereabouts<P> {
    /** @param part null in code that is none of the body's execution, as that of a step */
    private record Spot<P>(@Nullable P part) {}

    private final P top;

    @SuppressWarnings("ThreadLocalUsage") // of one execution
    private final InheritableThreadLocal<@Nullable Spot<P>> spots = new InheritableThreadLocal<>();

    /** @param top the body as a whole, where threads are of which nothing is known */
    Whereabouts(P top) {
        this.top = top;
    }

    /** Where the calling thread is; null in code that is not executed again. */
    @Nullable
    P here() {
        Spot<P> spot = spots.get();
        return spot == null ? top : spot.part();
    }

    /** Whether that is known of the calling thread. */
    boolean isKnown() {
        return spots.get() != null;
    }

    /** Calls the code of a part; null for code that is not executed again. */
    <T extends @Nullable Object, X extends Exception> T in(@Nullable P part, StepBody<T, X> code) throws X {
        Spot<P> before = spots.get();
        spots.set(new Spot<>(part));
        try {
            return code.run();
        } finally {
            if (before == null) {
                spots.remove();
            } else {
                spots.set(before);
            }
        }
    }
}
