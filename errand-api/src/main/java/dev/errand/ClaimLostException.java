package dev.errand;

/** A run is no longer the attempt's that wants to record something for it: it was cancelled, timed out, or taken over. */
public final class ClaimLostException extends ErrandException {
    private final transient RunId run;

    public ClaimLostException(RunId run) {
        super("Run %s is no longer this attempt's: it was cancelled, timed out, or taken over. Roll back what it wrote"
                .formatted(run));
        this.run = run;
    }

    public RunId run() {
        return run;
    }
}
