package dev.errand.engine.attempt;

import dev.errand.engine.trigger.Origin;
import org.jspecify.annotations.Nullable;

/** Which threads are bodies of tasks. */
public final class Inside {
    private static final ThreadLocal<@Nullable Origin> BODY = new ThreadLocal<>();

    private Inside() {}

    /** Whether the calling thread is a task's body. */
    public static boolean aBody() {
        return BODY.get() != null;
    }

    /** The body that the calling thread is; null if it is none. */
    public static @Nullable Origin origin() {
        return BODY.get();
    }

    /** The calling thread is one until it leaves. */
    static void enter(Origin body) {
        BODY.set(body);
    }

    static void leave() {
        BODY.remove();
    }
}
