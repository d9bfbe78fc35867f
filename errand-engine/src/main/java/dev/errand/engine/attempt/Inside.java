package dev.errand.engine.attempt;

/** Which threads are bodies of tasks. */
public final class Inside {
    private static final ThreadLocal<Boolean> BODY = new ThreadLocal<>();

    private Inside() {}

    /** Whether the calling thread is a task's body. */
    public static boolean aBody() {
        return BODY.get() != null;
    }

    /** The calling thread is one until it leaves. */
    static void enter() {
        BODY.set(true);
    }

    static void leave() {
        BODY.remove();
    }
}
