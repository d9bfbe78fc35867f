package dev.errand;

import java.util.Objects;

/**
 * A JSON value as text, for payloads and outputs whose shape is not known when the code is written.
 *
 * <p>{@code Task.named("raw", Json.class, Json.class)} takes and returns anything. The text is checked where it enters the
 * engine (a trigger, an output), not here.
 *
 * @param text one JSON value, for example {@code {"a":1}}, {@code "text"}, {@code 7} or {@code null}
 */
public record Json(String text) {
    /** The JSON value {@code null}: what a run has that returns nothing. */
    public static final Json NULL = new Json("null");

    public Json {
        Objects.requireNonNull(text, "text");
    }

    /** Whether this is JSON's {@code null}. */
    public boolean isNull() {
        return text.strip().equals("null");
    }

    @Override
    public String toString() {
        return text;
    }
}
