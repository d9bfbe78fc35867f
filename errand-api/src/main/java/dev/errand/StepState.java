package dev.errand;

/** What is known of a {@link Step}. */
public enum StepState {
    /**
     * Of a step at most once: its code was about to be called. It executes, or its process died in it. Of a loop: an iteration was about to
     * begin.
     */
    STARTED,
    /** Its code threw and may be called again: of a step with retries a try that another follows; of one at most once by the next attempt. */
    RETRYING,
    /**
     * Of a sleep: its time has not come; {@link Step#endedAt} says when it will. Of children: they have not all ended, or the run ended before it saw
     * that; they have no end, and {@link Step#result} says which they are. Of a token and a signal likewise. Of a condition: it does not hold yet. Of a loop: its
     * next iteration is not due.
     */
    WAITING,
    /**
     * Its result is kept; of a sleep: its time has come; of children: all have ended; of a token: it has, in whichever way; of a signal: it was received, or timed out; of a condition: it has
     * held; of a loop: it was left.
     */
    COMPLETED,
    /** Of a step at most once: its code threw, and is never called again. */
    FAILED
}
