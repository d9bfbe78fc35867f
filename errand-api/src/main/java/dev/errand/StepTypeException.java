package dev.errand;

/** The result that an earlier attempt has kept of a step does not fit the type that is asked for now. The step was not called. */
public final class StepTypeException extends ErrandException {
    private final transient RunId run;
    private final String step;
    private final String type;

    /**
     * @param shape what is kept, in words and without its values
     * @param type what was asked for
     * @param path where it does not fit, as a JSON pointer; empty for the whole
     * @param reason what is wrong there
     */
    public StepTypeException(RunId run, String step, String shape, String type, String path, String reason) {
        super(
                "The result kept of step '%s' of run %s is %s; it does not fit %s%s: %s. Read it as what it is, or give the changed step another name"
                        .formatted(step, run, shape, type, path.isEmpty() ? "" : " at " + path, reason));
        this.run = run;
        this.step = step;
        this.type = type;
    }

    public RunId run() {
        return run;
    }

    /** The step's name. */
    public String step() {
        return step;
    }

    /** What was asked for. */
    public String type() {
        return type;
    }
}
