package dev.errand.engine.step;

import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/** Marks where the code of a body has changed. Which way a run goes there the journal says, see {@link Unasked}, and keeps. */
public final class Marks {
    private final Steps steps;
    private final Places places;
    private final Supplier<Caller> caller;

    /** @param caller who asks just now */
    public Marks(Steps steps, Places places, Supplier<Caller> caller) {
        this.steps = steps;
        this.places = places;
        this.caller = caller;
    }

    /** See {@link dev.errand.RunContext#changed}. */
    public boolean changed(String name) throws InterruptedException {
        StepNames.requireMark(name);
        String refused = "Mark '" + name + "' was not looked at";
        if (caller.get() != Caller.BODY) {
            throw new IllegalStateException(
                    refused
                            + ": what hooks at the start of an attempt and around waits do is not done again. Put it into the body");
        }
        places.requireKnown(refused);
        return steps.own(
                StepNames.MARK + name,
                () -> places.here().key(StepKey.mark(name)),
                new ReentrantLock(),
                Boolean.class,
                () -> {
                    throw new IllegalStateException("The journal answers marks itself");
                });
    }
}
