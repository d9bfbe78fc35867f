package dev.errand.engine.json;

import org.jspecify.annotations.Nullable;

/** A value that cannot be written as JSON, or JSON that does not fit a type. */
public final class UnfitException extends Exception {
    private final String path;

    public UnfitException(String path, String reason, @Nullable Throwable cause) {
        super(reason, cause);
        this.path = path;
    }

    /** Where in the value, as a JSON pointer such as {@code /items/3/price}; empty for the whole. */
    public String path() {
        return path;
    }

    /** What is wrong there. */
    public String reason() {
        String message = getMessage();
        return message == null ? "it cannot be read" : message;
    }
}
