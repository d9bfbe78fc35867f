package dev.errand;

import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What went wrong in an attempt.
 *
 * @param kind why this counts as a failure
 * @param type the error's type: a Java class name, or {@code exit 3} for a program that ended so
 * @param message what the error said; empty if it said nothing
 * @param stack the stack trace as text, shortened to 64,000 characters; empty where there is none
 * @param attempt the attempt it ended, from 1; 0 if the run failed without one
 * @param at when
 * @param data what the error had to say besides, if it was {@link ErrorData}; null otherwise
 */
public record Failure(
        FailureKind kind,
        String type,
        String message,
        String stack,
        int attempt,
        Instant at,
        @Nullable Json data) {
    public Failure {
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(type, "type");
        Objects.requireNonNull(message, "message");
        Objects.requireNonNull(stack, "stack");
        Objects.requireNonNull(at, "at");
    }

    /** Without data. */
    public Failure(FailureKind kind, String type, String message, String stack, int attempt, Instant at) {
        this(kind, type, message, stack, attempt, at, null);
    }

    /** The same of another kind. */
    public Failure withKind(FailureKind kind) {
        return new Failure(kind, type, message, stack, attempt, at, data);
    }

    /** The same with what the error had to say besides. */
    public Failure withData(Json data) {
        return new Failure(kind, type, message, stack, attempt, at, data);
    }

    /** One line for a person: type and message. */
    public String summary() {
        return message.isEmpty() ? type : type + ": " + message;
    }
}
