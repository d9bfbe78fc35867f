package dev.errand.server.wire;

import dev.errand.Debounce;
import dev.errand.IdempotencyKey;
import dev.errand.Machine;
import dev.errand.TriggerOptions;
import dev.errand.server.call.Fields;
import dev.errand.server.call.Problem;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The options of a trigger as clients write them. What is of the wrong type is malformed (400), what the engine refuses is impossible (422).
 * Options that are about what there is none of here (regions, deployments, parents of runs) pass unread.
 */
public final class OptionFields {
    private static final int MOST = Integer.MAX_VALUE;
    private static final Pattern KEY_LIFE = Pattern.compile("\\d{1,9}[smhd]");
    private static final String OWN_QUEUE = "task/";

    private final Fields fields;
    private final String task;

    private OptionFields(Fields fields, String task) {
        this.fields = fields;
        this.task = task;
    }

    /** @param task the task that is triggered, whose own queue has its name */
    public static TriggerOptions read(Fields fields, String task) {
        return new OptionFields(fields, task).read();
    }

    private TriggerOptions read() {
        TriggerOptions options = TriggerOptions.none();
        options = with(options, "delay", fields.text("delay"), this::delayed);
        options = with(options, "ttl", fields.textOrNumber("ttl"), this::ttl);
        options = with(options, "queue", queue(), TriggerOptions::queue);
        options =
                with(options, "concurrencyKey", fields.textOrNumber("concurrencyKey"), TriggerOptions::concurrencyKey);
        options = with(options, "maxAttempts", fields.wholeNumber("maxAttempts", 1, MOST), TriggerOptions::attempts);
        options = with(options, "maxDuration", fields.number("maxDuration"), this::maxDuration);
        options = with(options, "priority", fields.number("priority"), (o, p) -> o.priority((int) Math.floor(p)));
        options = with(options, "machine", fields.text("machine"), (o, name) -> o.machine(Machine.parse(name)));
        options = with(
                options,
                "tags",
                new LinkedHashSet<>(fields.texts("tags")),
                (o, tags) -> o.tags(tags.toArray(String[]::new)));
        options = with(options, "metadata", metadata(), TriggerOptions::metadata);
        options = with(options, "idempotencyKey", fields.text("idempotencyKey"), this::once);
        return with(options, "debounce", fields.object("debounce"), this::debounced);
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

    private TriggerOptions ttl(TriggerOptions options, String ttl) {
        return options.ttl(ttl.matches("\\d{1,9}") ? Duration.ofSeconds(Long.parseLong(ttl)) : WireTime.duration(ttl));
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
        return fields.value("metadata") == null ? null : fields.map("metadata");
    }

    private TriggerOptions once(TriggerOptions options, String text) {
        IdempotencyKey key = IdempotencyKey.of(text);
        String life = fields.text("idempotencyKeyTTL");
        return options.idempotencyKey(
                life != null && KEY_LIFE.matcher(life).matches() ? key.life(WireTime.duration(life)) : key);
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
