package dev.errand.engine.schema;

import dev.errand.InvalidPayloadException;
import dev.errand.Json;
import dev.errand.PayloadParser;
import dev.errand.PayloadSchema;
import dev.errand.Task;
import dev.errand.engine.json.Codec;
import dev.errand.engine.json.UnfitException;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What payloads of a task must be, and how what is stored becomes what its body is given. */
public final class Contract {
    private final Codec codec;
    private final Type type;
    private final Map<String, Object> arguments;
    private final @Nullable PayloadParser<?> parser;
    private final @Nullable JsonNode schema;
    private final @Nullable Json text;
    private final @Nullable JsonSchema check;

    private Contract(Task<?, ?> task, Codec codec, @Nullable JsonNode schema, boolean isChecked) {
        this.codec = codec;
        this.type = task.payloadType();
        this.arguments = task.options().arguments();
        this.parser = task.parser();
        this.schema = schema;
        this.text = schema == null ? null : new Json(schema.toString());
        this.check = isChecked && schema != null ? JsonSchema.of(schema, codec) : null;
    }

    /**
     * The contract of a task.
     *
     * @throws IllegalArgumentException if it makes no sense; the message says why
     */
    static Contract of(Task<?, ?> task, Codec codec) {
        try {
            return made(task, codec);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("Task %s: %s".formatted(task.id(), e.getMessage()), e);
        }
    }

    private static Contract made(Task<?, ?> task, Codec codec) {
        PayloadSchema wanted = task.options().schema();
        if (wanted.json() != null) {
            return new Contract(task, codec, coerced(byHand(wanted.json(), codec), wanted), true);
        }
        if (task.parser() != null || isVoid(task.payloadType())) {
            return new Contract(task, codec, null, false);
        }
        Derivation.Derived derived = Derivation.of(task.payloadType(), codec);
        return new Contract(
                task,
                codec,
                derived.schema().isEmpty() ? null : coerced(derived.schema(), wanted),
                derived.isBeyondType() || wanted.isCoercing());
    }

    private static boolean isVoid(Type type) {
        return type == Void.class || type == void.class;
    }

    private static JsonNode byHand(Json json, Codec codec) {
        try {
            return codec.tree(codec.write(json));
        } catch (UnfitException e) {
            throw new IllegalArgumentException("the schema is not JSON: " + e.reason(), e);
        }
    }

    private static JsonNode coerced(JsonNode schema, PayloadSchema wanted) {
        return wanted.isCoercing() && schema instanceof ObjectNode object
                ? object.put(Completion.COERCE, true)
                : schema;
    }

    /** The schema, for people and for nodes that lack the task's code; null if there is nothing to say. */
    public @Nullable JsonNode schema() {
        return schema;
    }

    /** Whether this is its schema. */
    public boolean says(Json schema) {
        return schema.equals(text);
    }

    /** Whether it asks more than that the payload is of its type. */
    public boolean isBeyondType() {
        return check != null || parser != null;
    }

    /** Makes of what was triggered what the body is given. */
    public @Nullable Object read(byte[] payload) throws UnfitException {
        byte[] json = arguments.isEmpty() ? payload : codec.merge(arguments, payload);
        json = check == null ? json : check.fit(json);
        return parser == null ? codec.read(json, type) : parse(parser, json);
    }

    private static @Nullable Object parse(PayloadParser<?> parser, byte[] json) throws UnfitException {
        try {
            return parser.parse(new Json(new String(json, StandardCharsets.UTF_8)));
        } catch (InvalidPayloadException e) {
            throw new UnfitException(e.path(), e.reason(), e);
        } catch (Exception | StackOverflowError e) { // code of users
            String message = e.getMessage();
            throw new UnfitException("", message == null ? e.getClass().getName() : message, e);
        }
    }
}
