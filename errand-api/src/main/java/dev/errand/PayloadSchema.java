package dev.errand;

import org.jspecify.annotations.Nullable;

/**
 * What payloads of a task must look like: a JSON Schema (draft 2020-12). A payload that does not fit is refused at the trigger; one
 * that was stored all the same, for example before the schema changed, fails its run at the next attempt, before any hook or the
 * body is called.
 *
 * <p>{@link #ofType} is what tasks have unless they say otherwise. It is derived from the payload's record: its components, their
 * {@link Default} values, and their annotations of Bean Validation.
 *
 * <p>The keyword {@code default} of a property fills what is absent, or null where null does not fit. The keyword
 * {@code "coerce": true}, which is ours, has text taken for a number or a truth value where one is needed, and the other way round, in
 * the value it stands at and all below. Bodies receive the payload so completed; what is stored stays as it was given.
 *
 * @param json the schema, written by hand; null to derive it from the payload's type
 * @param isCoercing whether the whole payload is coerced
 */
public record PayloadSchema(@Nullable Json json, boolean isCoercing) {
    private static final PayloadSchema OF_TYPE = new PayloadSchema(null, false);

    /** Derived from the payload's type. */
    public static PayloadSchema ofType() {
        return OF_TYPE;
    }

    /**
     * Written by hand. It is checked when the task is registered.
     *
     * @param json a JSON object or truth value; it may refer to parts of itself, and to nothing outside
     */
    public static PayloadSchema of(String json) {
        return new PayloadSchema(new Json(json), false);
    }

    /** The same, with {@code "coerce": true} for the whole payload. */
    public PayloadSchema coercing() {
        return new PayloadSchema(json, true);
    }
}
