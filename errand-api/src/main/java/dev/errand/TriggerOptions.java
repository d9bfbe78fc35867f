package dev.errand;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a trigger may say besides the payload. Immutable; each method returns a changed copy.
 * {@code TriggerOptions.none().after(Duration.ofMinutes(5)).name("nightly")}.
 *
 * @param due not to start before this instant; an instant in the past starts at once; null means now
 * @param delay not to start before this time has passed since the trigger; null means now. At most one of both is set
 * @param name a name for people; need not be unique. Null means none
 * @param tags for finding runs again, at most 10 of at most 128 characters
 * @param priority a head start in seconds, from 0 to 31,536,000 (a year): the run goes before those of its queue, of whatever task, that were due up to so
 *     much earlier; before those of its task if it is in no queue; with a key, before those of its key. Other queues and keys have their turns
 * @param ttl how long to wait for the first start, counted from the due time; zero means for ever, whatever the task says; null
 *     leaves it to the task
 * @param timeout a limit; null leaves it to the task
 * @param timeoutFrom where the timeout counts from; null leaves it to the task
 * @param attempts how often the body may be tried in all; null leaves it to maxRetries, and to the task
 * @param maxRetries how often it may be tried again after the first time, 0 or more: the same said otherwise, and so not beside attempts; null
 *     leaves it to the task
 * @param machine what attempts take of their node's budget; null leaves it to the task
 * @param metadata what {@link RunContext#metadata()} starts with, values as JSON can hold them
 * @param queue where it waits, a queue that was declared; null leaves it to the task
 * @param concurrencyKey whose share of the limits per key it takes, at most 2,048 characters; null leaves it to the task
 * @param maxDuration how long an attempt may be active, at least 5 s; zero for as long as it likes, whatever the task says; null
 *     leaves it to the task
 * @param idempotencyKey what makes repeated triggers one run; null for none
 * @param debounce what makes a burst of triggers one run; null for none. Its delay is the run's, so that there is no other
 * @param withoutParent whether a run triggered by a body is no child of that body's run
 * @param test whether the run is a test: it executes as any other, and lists tell it from the others
 * @param requestKey what makes a trigger that is sent again the run that the first one came to; null if it is sent once
 */
public record TriggerOptions(
        @Nullable Instant due,
        @Nullable Duration delay,
        @Nullable String name,
        List<String> tags,
        int priority,
        @Nullable Duration ttl,
        @Nullable Duration timeout,
        @Nullable TimeoutFrom timeoutFrom,
        @Nullable Integer attempts,
        @Nullable Integer maxRetries,
        Map<String, Object> metadata,
        @Nullable String queue,
        @Nullable String concurrencyKey,
        @Nullable Machine machine,
        @Nullable Duration maxDuration,
        @Nullable IdempotencyKey idempotencyKey,
        @Nullable Debounce debounce,
        boolean withoutParent,
        boolean test,
        @Nullable String requestKey) {

    /** How long the key of a request is remembered. */
    public static final Duration REQUEST_MEMORY = Duration.ofMinutes(10);

    private static final int MAX_KEY = 2_048;
    private static final int MAX_PRIORITY = 31_536_000;
    private static final TriggerOptions NONE = new TriggerOptions(
            null, null, null, List.of(), 0, null, null, null, null, null, Map.of(), null, null, null, null, null, null,
            false, false, null);

    public TriggerOptions {
        tags = List.copyOf(tags);
        metadata = Map.copyOf(metadata);
        if (due != null && delay != null) {
            throw new IllegalArgumentException("a trigger has a delay or an instant, not both");
        }
        Durations.requireSensible(delay, "delay");
        Durations.requireSensible(ttl, "ttl");
        Durations.requireSensible(timeout, "timeout");
        if (priority < 0 || priority > MAX_PRIORITY) {
            throw new IllegalArgumentException(
                    "priority is " + priority + "; it is a head start in seconds, from 0 to " + MAX_PRIORITY);
        }
        if (attempts != null && attempts < 1) {
            throw new IllegalArgumentException(
                    "attempts is " + attempts + "; at least 1 is needed, the first included");
        }
        RetryCount.requireOne(attempts, maxRetries);
        if (maxRetries != null) {
            RetryCount.attempts(maxRetries);
        }
        if (tags.size() > 10
                || tags.stream().anyMatch(tag -> tag.isEmpty() || tag.length() > 128 || tag.indexOf('\0') >= 0)) {
            throw new IllegalArgumentException("a run has at most 10 tags of 1 to 128 characters each, and no NUL");
        }
        Durations.requireMaxDuration(maxDuration);
        if (debounce != null && (due != null || delay != null)) {
            throw new IllegalArgumentException(
                    "a debounced trigger has the debounce delay and no delay or instant besides");
        }
        if (name != null && (name.isBlank() || name.length() > 256)) {
            throw new IllegalArgumentException("a run's name has 1 to 256 characters");
        }
        if (concurrencyKey != null && (concurrencyKey.isEmpty() || concurrencyKey.length() > MAX_KEY)) {
            throw new IllegalArgumentException("the concurrency key has %,d characters; 1 to %,d are taken"
                    .formatted(concurrencyKey.length(), MAX_KEY));
        }
        if (requestKey != null) {
            IdempotencyKey.requireKey(requestKey, IdempotencyKey.LONGEST, "the key of a request");
        }
    }

    /** Start now, everything else as the task says. */
    public static TriggerOptions none() {
        return NONE;
    }

    /** Start after a delay. */
    public TriggerOptions after(Duration delay) {
        return with(draft -> {
            draft.due = null;
            draft.delay = Objects.requireNonNull(delay);
        });
    }

    /** Start at an instant. */
    public TriggerOptions at(Instant due) {
        return with(draft -> {
            draft.due = Objects.requireNonNull(due);
            draft.delay = null;
        });
    }

    public TriggerOptions name(String name) {
        return with(draft -> draft.name = name);
    }

    public TriggerOptions tags(String... tags) {
        return with(draft -> draft.tags = List.of(tags));
    }

    public TriggerOptions priority(int seconds) {
        return with(draft -> draft.priority = seconds);
    }

    public TriggerOptions ttl(Duration ttl) {
        return with(draft -> draft.ttl = ttl);
    }

    /** A limit that counts from where the task's own timeout counts. */
    public TriggerOptions timeout(Duration limit) {
        return with(draft -> draft.timeout = limit);
    }

    public TriggerOptions timeout(Duration limit, TimeoutFrom from) {
        return with(draft -> {
            draft.timeout = limit;
            draft.timeoutFrom = from;
        });
    }

    public TriggerOptions attempts(int attempts) {
        return with(draft -> draft.attempts = attempts);
    }

    /** How often the body may be tried again: the attempts but the first. */
    public TriggerOptions maxRetries(int retries) {
        return with(draft -> draft.maxRetries = retries);
    }

    /** How often the body may be tried in all, whichever way it was said; null leaves it to the task. */
    public @Nullable Integer attemptsInAll() {
        return maxRetries == null ? attempts : (Integer) RetryCount.attempts(maxRetries);
    }

    /** What its attempts take of their node's budget; if the task is isolated, what they are held to. */
    public TriggerOptions machine(Machine machine) {
        return with(draft -> draft.machine = machine);
    }

    public TriggerOptions metadata(Map<String, Object> metadata) {
        return with(draft -> draft.metadata = metadata);
    }

    /** Wait in another queue than the task's own; it must have been declared. */
    public TriggerOptions queue(String queue) {
        return with(draft -> draft.queue = Objects.requireNonNull(queue));
    }

    public TriggerOptions concurrencyKey(String key) {
        return with(draft -> draft.concurrencyKey = Objects.requireNonNull(key));
    }

    /** How long an attempt may be active, at least 5 s; zero for as long as it likes. */
    public TriggerOptions maxDuration(Duration maxDuration) {
        return with(draft -> draft.maxDuration = maxDuration);
    }

    /** Trigger once for this key, which is held for 30 days. */
    public TriggerOptions idempotencyKey(String key) {
        return idempotencyKey(IdempotencyKey.of(key));
    }

    public TriggerOptions idempotencyKey(IdempotencyKey key) {
        return with(draft -> draft.idempotencyKey = key);
    }

    /** Start when no trigger like this came for a while. */
    public TriggerOptions debounce(Debounce debounce) {
        return with(draft -> draft.debounce = debounce);
    }

    /** Triggered by a body, the run is no child of the body's: it is not cancelled with it. */
    public TriggerOptions detached() {
        return with(draft -> draft.withoutParent = true);
    }

    /** Say of the run that it is a test, see {@link RunInfo#test()}. */
    public TriggerOptions asTest() {
        return with(draft -> draft.test = true);
    }

    /**
     * Say which request this trigger is, so that it can be sent again when its answer was lost: within {@link #REQUEST_MEMORY} of the first, a
     * trigger of the same task with the same key comes to the run that the first came to, whatever else it says and whatever became of that run,
     * and is no {@link Run#isHit() hit} for it. Unlike an idempotency key it is not the caller's word for what is to be done once.
     *
     * @param key 1 to 2,048 characters that no other request has, such as a UUID
     */
    public TriggerOptions requestKey(String key) {
        return with(draft -> draft.requestKey = Objects.requireNonNull(key));
    }

    private TriggerOptions with(Consumer<Draft> change) {
        Draft draft = new Draft(this);
        change.accept(draft);
        return draft.options();
    }

    /** The components, to change one and leave the others. */
    private static final class Draft {
        @Nullable
        Instant due;

        @Nullable
        Duration delay;

        @Nullable
        String name;

        List<String> tags;
        int priority;

        @Nullable
        Duration ttl;

        @Nullable
        Duration timeout;

        @Nullable
        TimeoutFrom timeoutFrom;

        @Nullable
        Integer attempts;

        @Nullable
        Integer maxRetries;

        @Nullable
        Machine machine;

        Map<String, Object> metadata;

        @Nullable
        String queue;

        @Nullable
        String concurrencyKey;

        @Nullable
        Duration maxDuration;

        @Nullable
        IdempotencyKey idempotencyKey;

        @Nullable
        Debounce debounce;

        boolean withoutParent;
        boolean test;

        @Nullable
        String requestKey;

        Draft(TriggerOptions from) {
            due = from.due;
            delay = from.delay;
            name = from.name;
            tags = from.tags;
            priority = from.priority;
            ttl = from.ttl;
            timeout = from.timeout;
            timeoutFrom = from.timeoutFrom;
            attempts = from.attempts;
            maxRetries = from.maxRetries;
            machine = from.machine;
            metadata = from.metadata;
            queue = from.queue;
            concurrencyKey = from.concurrencyKey;
            maxDuration = from.maxDuration;
            idempotencyKey = from.idempotencyKey;
            debounce = from.debounce;
            withoutParent = from.withoutParent;
            test = from.test;
            requestKey = from.requestKey;
        }

        TriggerOptions options() {
            return new TriggerOptions(
                    due,
                    delay,
                    name,
                    tags,
                    priority,
                    ttl,
                    timeout,
                    timeoutFrom,
                    attempts,
                    maxRetries,
                    metadata,
                    queue,
                    concurrencyKey,
                    machine,
                    maxDuration,
                    idempotencyKey,
                    debounce,
                    withoutParent,
                    test,
                    requestKey);
        }
    }
}
