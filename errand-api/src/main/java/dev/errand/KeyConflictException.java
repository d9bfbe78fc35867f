package dev.errand;

/** A strict idempotency key is held by a run with another payload. Nothing was stored. */
public final class KeyConflictException extends ErrandException {
    private final String task;
    private final String key;
    private final transient RunId run;

    public KeyConflictException(String task, String key, RunId run) {
        super("The idempotency key '%s' of task %s is held by %s, which has another payload; nothing was stored"
                .formatted(key.length() > 64 ? key.substring(0, 64) + "…" : key, task, run));
        this.task = task;
        this.key = key;
        this.run = run;
    }

    public String task() {
        return task;
    }

    public String key() {
        return key;
    }

    /** The run that holds the key. */
    public RunId run() {
        return run;
    }
}
