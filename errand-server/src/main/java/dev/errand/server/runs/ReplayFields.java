package dev.errand.server.runs;

import dev.errand.ReplayOptions;
import dev.errand.TriggerOptions;
import dev.errand.server.call.Fields;
import dev.errand.server.wire.OptionFields;
import dev.errand.server.wire.Packet;
import java.nio.charset.StandardCharsets;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** In what a replay is to be another run, as clients write it: what a trigger says, without {@code options} around it. What is absent stays as it was. */
final class ReplayFields {
    private static final String QUEUE = "queue";
    private static final String TAGS = "tags";
    private static final String METADATA = "metadata";
    private static final String PRIORITY = "priority";
    private static final String PAYLOAD = "payload";
    private static final String PAYLOAD_TYPE = "payloadType";
    private static final String VERSION = "version";
    private static final String REGION = "region";

    private static final String[] KNOWN = {
        PAYLOAD,
        PAYLOAD_TYPE,
        METADATA,
        TAGS,
        QUEUE,
        "concurrencyKey",
        "machine",
        VERSION,
        REGION,
        "delay",
        "ttl",
        "idempotencyKey",
        "idempotencyKeyTTL",
        "maxAttempts",
        "maxDuration",
        PRIORITY
    };

    private ReplayFields() {}

    /**
     * Reads them.
     *
     * @param task the task of the run that is repeated
     * @throws dev.errand.server.call.Problem 400 for what cannot be understood, 422 for options that no run can have
     */
    static ReplayOptions read(Fields body, String task) {
        body.only(KNOWN);
        body.text(VERSION); // of these there are none here
        body.text(REGION);
        TriggerOptions said = OptionFields.read(queueAsObject(body), task);
        ReplayOptions options = ReplayOptions.none().with(copied -> changed(copied, said, body));
        if (said.queue() == null && body.value(QUEUE) != null) {
            options = options.queuedByTask();
        }
        String type = body.text(PAYLOAD_TYPE);
        return body.value(PAYLOAD) == null ? options : options.payload(Packet.payload(body, type));
    }

    private static TriggerOptions changed(TriggerOptions copied, TriggerOptions said, Fields body) {
        TriggerOptions all = copied;
        all = body.value(TAGS) == null ? all : all.tags(said.tags().toArray(String[]::new));
        all = body.value(METADATA) == null ? all : all.metadata(said.metadata());
        all = body.value(PRIORITY) == null ? all : all.priority(said.priority());
        all = with(all, said.queue(), TriggerOptions::queue);
        all = with(all, said.concurrencyKey(), TriggerOptions::concurrencyKey);
        all = with(all, said.machine(), TriggerOptions::machine);
        all = with(all, said.due(), TriggerOptions::at);
        all = with(all, said.delay(), TriggerOptions::after);
        all = with(all, said.ttl(), TriggerOptions::ttl);
        all = with(all, said.idempotencyKey(), TriggerOptions::idempotencyKey);
        all = with(all, said.attempts(), TriggerOptions::attempts);
        return with(all, said.maxDuration(), TriggerOptions::maxDuration);
    }

    private static <T> TriggerOptions with(
            TriggerOptions options, @Nullable T value, BiFunction<TriggerOptions, T, TriggerOptions> change) {
        return value == null ? options : change.apply(options, value);
    }

    /** Here a queue may be its name alone. */
    private static Fields queueAsObject(Fields body) {
        JsonNode queue = body.value(QUEUE);
        if (queue == null || !queue.isString()) {
            return body;
        }
        ObjectNode again = JsonNodeFactory.instance.objectNode();
        for (String name : KNOWN) {
            JsonNode value = body.value(name);
            if (value != null) {
                again.set(name, value);
            }
        }
        again.putObject(QUEUE).set("name", queue);
        return Fields.read(again.toString().getBytes(StandardCharsets.UTF_8), "replay");
    }
}
