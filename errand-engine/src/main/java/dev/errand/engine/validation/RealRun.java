package dev.errand.engine.validation;

import dev.errand.NamedLock;
import dev.errand.RunContext;
import dev.errand.engine.json.Codec;
import java.util.random.RandomGenerator;

/** What validating a body asks of the attempt that it is of. */
public interface RealRun extends BodyThreads {
    /** The run as its body sees it. */
    RunContext context();

    /** Numbers as {@link RunContext#random} gives them where the calling thread is, once more from the first. */
    RandomGenerator twin() throws InterruptedException;

    /** A lock, also while the body is unwound. */
    NamedLock lock(String name);

    Codec codec();
}
