package dev.errand.server.wire;

import dev.errand.Blobs;
import dev.errand.Json;
import dev.errand.TriggerOptions;
import dev.errand.server.call.Fields;
import org.jspecify.annotations.Nullable;

/** A trigger as clients write it: {@code {"payload": …, "options": {…}}}, each of which may be missing. */
public record TriggerFields(Json payload, TriggerOptions options) {
    /**
     * Reads it; its payload may have been stored before.
     *
     * @param task the task that is triggered, as the client named it
     * @param blobs where packets are
     * @throws dev.errand.server.call.Problem 400 for what cannot be understood, 413 for metadata that are too large, 422 for options that no run
     *     can have, and for a packet that is not there
     */
    public static TriggerFields read(Fields trigger, String task, Blobs blobs) {
        TriggerOptions options = options(trigger, task);
        return new TriggerFields(Packet.payload(trigger, type(trigger), blobs), options);
    }

    private static TriggerOptions options(Fields trigger, String task) {
        Fields options = trigger.object("options");
        return options == null ? TriggerOptions.none() : OptionFields.read(options, task);
    }

    private static @Nullable String type(Fields trigger) {
        Fields options = trigger.object("options");
        return options == null ? null : options.text("payloadType");
    }
}
