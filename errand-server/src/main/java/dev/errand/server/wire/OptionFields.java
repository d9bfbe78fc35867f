package dev.errand.server.wire;

import dev.errand.Debounce;
import dev.errand.Machine;
import dev.errand.TriggerOptions;
import dev.errand.server.call.Fields;
import dev.errand.server.call.Problem;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The options of a trigger as clients write them. What is of the wrong type is malformed (400), what the engine refuses is impossible (422).
 * Options that are about what there is none of here (regions, deployments, parents of runs) pass unread.
 */
public final class OptionFields {
    private static final int MOST = Integer.MAX_VALUE;
    private static final int LARGEST_METADATA = 256 * 1024;
    /** From there on, and below, numbers have an exponent where clients write them as text. */
    private static final BigDecimal LARGE = new BigDecimal("1e21");

    private static final BigDecimal SMALL = new BigDecimal("1e-6");
    private static final String OWN_QUEUE = "task/";

    private final Fields fields;
    private final KeyFields keys;
    private final String task;

    private OptionFields(Fields fields, String task) {
        this.fields = fields;
        this.keys = new KeyFields(fields);
        this.task = task;
    }

    /** @param task the task that is triggered, whose own queue has its name */
    public static TriggerOptions read(Fields fields, String task) {
        return new OptionFields(fields, task).read();
    }

    private TriggerOptions read() {
        UnreadFields.check(fields);
        keys.check();
        TriggerOptions options = TriggerOptions.none();
        options = with(options, "delay", fields.text("delay"), this::delayed);
        options = with(options, "ttl", fields.value("ttl"), this::ttl);
        options = with(options, "queue", queue(), TriggerOptions::queue);
        options = with(options, "concurrencyKey", concurrencyKey(), (o, key) -> o.concurrencyKey(storable(key)));
        options = with(options, "maxAttempts", fields.wholeNumber("maxAttempts", 1, MOST), TriggerOptions::attempts);
        options = with(options, "maxDuration", fields.number("maxDuration"), this::maxDuration);
        options = with(options, "priority", fields.number("priority"), (o, p) -> o.priority((int) Math.floor(p)));
        options = with(options, "machine", fields.text("machine"), (o, name) -> o.machine(Machine.parse(name)));
        options = with(
                options,
                "tags",
                new LinkedHashSet<>(fields.texts("tags")),
                (o, tags) -> o.tags(tags.stream().map(OptionFields::storable).toArray(String[]::new)));
        options = with(options, "metadata", metadata(), TriggerOptions::metadata);
        options = with(options, "test", fields.flag("test"), (o, test) -> test ? o.asTest() : o);
        options = with(
                options,
                "idempotencyKey",
                fields.text("idempotencyKey"),
                (o, text) -> o.idempotencyKey(keys.key(text)));
        return with(options, "debounce", fields.object("debounce"), this::debounced);
    }

    /** Not every store can keep a character 0 in what it finds runs by. */
    private static String storable(String text) {
        if (text.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("a character 0 is not taken here");
        }
        return text;
    }

    private interface Change<T> {
        TriggerOptions apply(TriggerOptions options, T value);
    }

    private <T> TriggerOptions with(TriggerOptions options, String name, @Nullable T value, Change<T> change) {
        try {
            return value == null ? options : change.apply(options, value);
        } catch (IllegalArgumentException e) {
            throw Problem.impossible(fields.place(name), e);
        }
    }

    private TriggerOptions delayed(TriggerOptions options, String delay) {
        return WireTime.isDuration(delay)
                ? options.after(WireTime.duration(delay))
                : options.at(WireTime.instant(delay));
    }

    /** Seconds, or a duration; a number within text is one of seconds too. */
    private TriggerOptions ttl(TriggerOptions options, JsonNode ttl) {
        Integer seconds = ttl.isNumber() ? fields.wholeNumber("ttl", 0, MOST) : null;
        if (seconds != null) {
            return options.ttl(Duration.ofSeconds(seconds));
        }
        String text = String.valueOf(fields.textOrNumber("ttl"));
        return options.ttl(
                text.matches("\\d{1,9}") ? Duration.ofSeconds(Long.parseLong(text)) : WireTime.duration(text));
    }

    /** A number in the one form that all its forms have: 1.0e2 is 100. */
    private @Nullable String concurrencyKey() {
        String key = fields.textOrNumber("concurrencyKey");
        JsonNode value = fields.value("concurrencyKey");
        if (value == null || !value.isNumber()) {
            return key;
        }
        BigDecimal number = value.decimalValue();
        BigDecimal size = number.abs();
        boolean plain = number.signum() == 0 || (size.compareTo(LARGE) < 0 && size.compareTo(SMALL) >= 0);
        return plain ? number.stripTrailingZeros().toPlainString() : key;
    }

    private TriggerOptions maxDuration(TriggerOptions options, double seconds) {
        return options.maxDuration(Duration.ofMillis((long) (seconds * 1_000)));
    }

    /** Null for the task's own. */
    private @Nullable String queue() {
        Fields queue = fields.object("queue");
        String name = queue == null ? null : queue.someText("name");
        return (OWN_QUEUE + task).equals(name) ? null : name;
    }

    private @Nullable Map<String, Object> metadata() {
        JsonNode metadata = fields.value("metadata");
        if (metadata == null) {
            return null;
        }
        int bytes = metadata.toString().getBytes(StandardCharsets.UTF_8).length;
        if (bytes > LARGEST_METADATA) {
            throw Problem.of(
                    413,
                    "%s: the metadata have %,d bytes, %,d are taken at most"
                            .formatted(fields.place("metadata"), bytes, LARGEST_METADATA));
        }
        return fields.map("metadata");
    }

    private TriggerOptions debounced(TriggerOptions options, Fields debounce) {
        Debounce burst = Debounce.of(debounce.someText("key"), WireTime.duration(debounce.someText("delay")));
        String longest = debounce.text("maxDelay");
        String mode = debounce.text("mode");
        if (mode != null && !mode.equals("leading") && !mode.equals("trailing")) {
            throw debounce.refused("mode", "leading or trailing is needed");
        }
        burst = longest == null ? burst : burst.atMost(WireTime.duration(longest));
        return options.debounce("trailing".equals(mode) ? burst.trailing() : burst);
    }
}
