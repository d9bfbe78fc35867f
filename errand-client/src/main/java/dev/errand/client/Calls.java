package dev.errand.client;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Calls code of users where they want it, one call after the other. */
final class Calls {
    /** Where it is called unless they say: a virtual thread for each call. */
    static final Executor OWN = Thread::startVirtualThread;

    private static final Logger LOG = LoggerFactory.getLogger(Calls.class);

    private Calls() {}

    /** Code that may throw anything. */
    interface Code {
        void run() throws Exception;
    }

    /**
     * Calls it and waits for its end. What it throws is logged.
     *
     * @return whether the executor took it
     */
    static boolean call(Executor executor, String what, Code code) throws InterruptedException {
        CountDownLatch done = new CountDownLatch(1);
        try {
            executor.execute(() -> {
                try {
                    code.run();
                } catch (Throwable e) { // code of users may throw anything; it is nobody else's
                    LOG.atError().addKeyValue("of", what).setCause(e).log("A handler failed");
                } finally {
                    done.countDown();
                }
            });
        } catch (Throwable e) { // an executor of the user's
            LOG.atWarn()
                    .addKeyValue("of", what)
                    .setCause(e)
                    .log("A handler is called no more: the executor took no more");
            return false;
        }
        done.await();
        return true;
    }
}
