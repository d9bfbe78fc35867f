package dev.errand.engine.trigger;

import dev.errand.InvalidPayloadException;
import dev.errand.TriggerOptions;
import dev.errand.engine.json.Codec;
import dev.errand.engine.json.UnfitException;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What tells triggers of a task apart that come in no order: what they say, as text that is the same whenever they say the same. */
public final class TriggerText {
    /** When it is to start says nothing about which it is: that is reckoned from the present time, as a rule, and another the next time. */
    private static final List<String> WHEN = List.of("due", "delay");

    private TriggerText() {}

    /**
     * The text of a trigger, whose payload is not checked.
     *
     * @throws InvalidPayloadException if the payload cannot be written as JSON
     */
    public static byte[] of(String task, @Nullable Object payload, Type type, TriggerOptions options, Codec codec) {
        byte[] json;
        try {
            json = codec.ordered(codec.write(payload, type));
        } catch (UnfitException e) {
            throw new InvalidPayloadException(task, e.path(), e.reason());
        }
        Map<String, Object> said = said(options, codec);
        return said.isEmpty()
                ? json
                : (text(json) + "\n" + text(ordered(said, codec))).getBytes(StandardCharsets.UTF_8);
    }

    /** What it says besides: only that, lest an option that is new in a later version make them all others. */
    private static Map<String, Object> said(TriggerOptions options, Codec codec) {
        Map<String, Object> said = codec.map(text(ordered(options, codec)));
        said.entrySet()
                .removeAll(
                        codec.map(text(ordered(TriggerOptions.none(), codec))).entrySet());
        said.keySet().removeAll(WHEN);
        return said;
    }

    private static byte[] ordered(Object options, Codec codec) {
        try {
            return codec.ordered(codec.write(options));
        } catch (UnfitException e) {
            throw new IllegalArgumentException("an option at %s: %s".formatted(e.path(), e.reason()), e);
        }
    }

    private static String text(byte[] json) {
        return new String(json, StandardCharsets.UTF_8);
    }
}
