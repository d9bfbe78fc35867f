package dev.errand;

import java.time.Instant;
import java.util.Objects;

/**
 * What went wrong in an attempt.
 *
 * @param kind why this counts as a failure
 * @param type the error's type: a Java class name, or {@code exit 3} for a program that ended so
 * @param message what the error said; empty if it said nothing
 * @param stack the stack trace as text, shortened to 64,000 characters; empty where there is none
 * @param attempt the attempt it ended, from 1; 0 if the run failed without one
 * @param at when
 */
public record Failure(FailureKind kind, String type, String message, String stack, int attempt, Instant at) {
    public Failure {
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(type, "type");
        Objects.requireNonNull(message, "message");
        Objects.requireNonNull(stack, "stack");
        Objects.requireNonNull(at, "at");
    }

    /** One line for a person: type and message. */
    public String summary() {
        return message.isEmpty() ? type : type + ": " + message;
    }
}
