package dev.errand.engine.schema;

import dev.errand.Json;
import dev.errand.engine.json.Codec;
import dev.errand.engine.json.UnfitException;
import java.util.List;
import tools.jackson.databind.JsonNode;

/**
 * A JSON Schema of draft 2020-12, ready to check payloads. It lacks {@code $dynamicRef} and whatever would have to be fetched.
 * Thread-safe.
 */
public final class JsonSchema {
    private static final int MOST_TOLD = 5;

    private final Codec codec;
    private final Subschema whole;

    private JsonSchema(Codec codec, Subschema whole) {
        this.codec = codec;
        this.whole = whole;
    }

    /**
     * Compiles a schema.
     *
     * @throws IllegalArgumentException if it is none; the message says where and why
     */
    public static JsonSchema of(Json schema, Codec codec) {
        try {
            return of(codec.tree(codec.write(schema)), codec);
        } catch (UnfitException e) {
            throw new IllegalArgumentException("the schema is not JSON: " + e.reason(), e);
        }
    }

    static JsonSchema of(JsonNode schema, Codec codec) {
        try {
            return new JsonSchema(codec, new Compiler(schema).compile());
        } catch (StackOverflowError e) {
            throw new IllegalArgumentException("the schema is nested too deeply", e);
        }
    }

    /**
     * Checks a payload.
     *
     * @return with defaults and coercions; the same bytes if there was nothing to do
     * @throws UnfitException if it does not fit; names the first place, and tells of the others
     */
    public byte[] fit(byte[] payload) throws UnfitException {
        try {
            Completion completion = new Completion();
            JsonNode value = completion.complete(codec.tree(payload), whole);
            Check check = new Check();
            whole.apply(value, check);
            if (!check.passed()) {
                throw unfit(check.problems());
            }
            return completion.hasChanged() ? codec.write(value) : payload;
        } catch (StackOverflowError e) {
            throw new UnfitException("", "it is nested too deeply, or its schema is", e);
        }
    }

    private static UnfitException unfit(List<Check.Problem> found) {
        List<Check.Problem> problems = found.stream().distinct().toList();
        StringBuilder reason = new StringBuilder(problems.getFirst().reason());
        for (Check.Problem each : problems.subList(1, Math.min(problems.size(), MOST_TOLD))) {
            reason.append("; at ").append(each.path().isEmpty() ? "the whole" : each.path());
            reason.append(": ").append(each.reason());
        }
        if (problems.size() > MOST_TOLD) {
            reason.append("; and %d more".formatted(problems.size() - MOST_TOLD));
        }
        return new UnfitException(problems.getFirst().path(), reason.toString(), null);
    }
}
