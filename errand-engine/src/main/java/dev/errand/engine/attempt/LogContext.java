package dev.errand.engine.attempt;

import dev.errand.store.Claim;
import org.slf4j.MDC;

/**
 * What SLF4J tells with each line that a thread of a body logs: {@code run}, {@code attempt} and {@code task}, in its MDC. Of threads that a body
 * starts by itself the logging library decides.
 */
final class LogContext implements AutoCloseable {
    private static final String RUN = "run";
    private static final String ATTEMPT = "attempt";
    private static final String TASK = "task";

    private LogContext() {}

    /** The calling thread is one until this is closed. */
    static LogContext of(Claim claim) {
        MDC.put(RUN, claim.run().toString());
        MDC.put(ATTEMPT, Integer.toString(claim.attempt()));
        MDC.put(TASK, claim.task());
        return new LogContext();
    }

    @Override
    public void close() {
        MDC.remove(RUN);
        MDC.remove(ATTEMPT);
        MDC.remove(TASK);
    }
}
