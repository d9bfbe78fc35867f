package dev.errand;

/**
 * Implemented by an exception that knows what should follow it, such as one that carries a server's "retry after". Its advice is taken if
 * neither a hook nor a rule of the task's {@link Retry} decides; the attempts a run may make bound it.
 */
public interface RetryAdvice {
    RetryDecision retryAdvice();
}
