package dev.errand;

/** A payload does not fit its task. Nothing was stored. */
public final class InvalidPayloadException extends ErrandException {
    private final String task;
    private final String path;
    private final String reason;

    /**
     * @param path where in the payload, as a JSON pointer such as {@code /width} or {@code /items/3/price}; empty for the whole
     * @param reason what is wrong there and what would be right
     */
    public InvalidPayloadException(String task, String path, String reason) {
        super("The payload does not fit task %s%s: %s".formatted(task, path.isEmpty() ? "" : " at " + path, reason));
        this.task = task;
        this.path = path;
        this.reason = reason;
    }

    public String task() {
        return task;
    }

    /** Where in the payload, as a JSON pointer; empty for the whole. */
    public String path() {
        return path;
    }

    /** What is wrong there, and what would be right. */
    public String reason() {
        return reason;
    }
}
