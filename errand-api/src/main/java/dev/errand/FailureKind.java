package dev.errand;

/** Why a run ended {@link RunState#FAILED}, or why an attempt of it failed. */
public enum FailureKind {
    /** The body threw; attempts are used up, or further ones are started by hand. */
    ERROR,
    /** The task declared this to be the end: an error it {@linkplain TaskBuilder#declares declares}, an {@link AbortException}, or a retry rule that said abort. */
    DECLARED,
    /** The payload does not fit the task's type. */
    PAYLOAD,
    /** The body returned or emitted something that cannot be written as JSON, or that is too large. */
    UNSERIALIZABLE,
    /** The task was removed while the run waited. */
    NO_TASK,
    /** Code around the body failed: a retry rule or another handler of the task. */
    HANDLER;

    /** Whether a retry by hand takes a run that failed this way. */
    public boolean retriable() {
        return this == ERROR || this == HANDLER || this == NO_TASK;
    }
}
