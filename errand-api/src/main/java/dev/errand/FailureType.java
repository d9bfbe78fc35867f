package dev.errand;

/**
 * Implemented by an exception that knows a better {@link Failure#type()} than its class name, for example {@code exit 3} for a
 * program that ended so. Its message stands for itself; such a failure keeps no stack trace.
 */
public interface FailureType {
    /** What the failure is called in a run's record: short, stable, without details of the case. */
    String failureType();
}
