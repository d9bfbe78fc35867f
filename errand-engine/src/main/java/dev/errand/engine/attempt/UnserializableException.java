package dev.errand.engine.attempt;

/** What a body returned cannot be written as JSON, or is too large; its cause says why. */
final class UnserializableException extends Exception {
    UnserializableException(Throwable cause) {
        super(cause);
    }

    Throwable reason() {
        Throwable cause = getCause();
        return cause == null ? this : cause;
    }
}
