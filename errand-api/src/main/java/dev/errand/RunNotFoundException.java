package dev.errand;

/** The store has no such run (any more). */
public final class RunNotFoundException extends ErrandException {
    private final transient RunId run;

    public RunNotFoundException(RunId run) {
        super("No run %s in this store; it may have been purged, or pruned after its retention".formatted(run));
        this.run = run;
    }

    public RunId run() {
        return run;
    }
}
