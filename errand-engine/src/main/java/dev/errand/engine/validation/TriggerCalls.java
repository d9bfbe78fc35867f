package dev.errand.engine.validation;

import dev.errand.InvalidPayloadException;
import dev.errand.Json;
import dev.errand.Task;
import dev.errand.TriggerOptions;
import dev.errand.TriggerRequest;
import dev.errand.engine.json.Codec;
import dev.errand.engine.trigger.TriggerText;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Calls that trigger runs; they are told apart by what they say as well, which nobody is shown. */
final class TriggerCalls {
    private final Codec codec;

    TriggerCalls(Codec codec) {
        this.codec = codec;
    }

    Call one(Task<?, ?> task, @Nullable Object payload, TriggerOptions options) {
        return Call.saying(trigger(task.id()), text(task.id(), payload, task.payloadType(), options));
    }

    Call one(String task, @Nullable Object payload, TriggerOptions options) {
        return Call.saying(trigger(task), text(TriggerRequest.of(task, payload), options));
    }

    private static String trigger(String task) {
        return "a trigger of task '%s'".formatted(task);
    }

    Call children(Task<?, ?> task, List<?> payloads, TriggerOptions options) {
        StringBuilder said = new StringBuilder();
        payloads.forEach(payload -> said.append(text(task.id(), payload, task.payloadType(), options))
                .append('\n'));
        return Call.saying("an invocation of task '%s'".formatted(task.id()), said.toString());
    }

    Call children(String name, List<TriggerRequest> requests) {
        StringBuilder said = new StringBuilder();
        requests.forEach(request -> said.append(request.task())
                .append(text(request, request.options()))
                .append('\n'));
        return Call.saying("an invocation '%s'".formatted(name), said.toString());
    }

    private String text(TriggerRequest request, TriggerOptions options) {
        Object payload = request.payload();
        return text(request.task(), payload, payload == null ? Json.class : payload.getClass(), options);
    }

    /** Nothing if it cannot be written: then it is not triggered either. */
    private String text(String task, @Nullable Object payload, Type type, TriggerOptions options) {
        try {
            return new String(TriggerText.of(task, payload, type, options, codec), StandardCharsets.UTF_8);
        } catch (InvalidPayloadException e) {
            return "";
        }
    }
}
