package dev.errand.server.wire;

import dev.errand.Json;
import dev.errand.TriggerOptions;
import dev.errand.server.call.Fields;
import org.jspecify.annotations.Nullable;

/** A trigger as clients write it: {@code {"payload": …, "options": {…}}}, each of which may be missing. */
public record TriggerFields(Json payload, TriggerOptions options) {
    /**
     * Reads it.
     *
     * @param task the task that is triggered, as the client named it
     * @throws dev.errand.server.call.Problem 400 for what cannot be understood, 422 for options that no run can have
     */
    public static TriggerFields read(Fields trigger, String task) {
        @Nullable Fields options = trigger.object("options");
        TriggerOptions read = options == null ? TriggerOptions.none() : OptionFields.read(options, task);
        return new TriggerFields(Packet.payload(trigger, options == null ? null : options.text("payloadType")), read);
    }
}
