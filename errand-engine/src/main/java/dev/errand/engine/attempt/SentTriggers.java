package dev.errand.engine.attempt;

import dev.errand.ClaimLostException;
import dev.errand.IdempotencyKey;
import dev.errand.InvalidPayloadException;
import dev.errand.Json;
import dev.errand.KeyConflictException;
import dev.errand.QueueFullException;
import dev.errand.Run;
import dev.errand.RunId;
import dev.errand.StoreException;
import dev.errand.Task;
import dev.errand.TriggerOptions;
import dev.errand.engine.isolation.Channel;
import dev.errand.engine.isolation.Kind;
import dev.errand.engine.isolation.Messages;
import dev.errand.engine.json.Codec;
import dev.errand.engine.json.UnfitException;
import dev.errand.engine.trigger.Origin;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Has the node trigger what the body of a child process triggers; the node knows which body that is. */
final class SentTriggers implements Triggering {
    private final Channel channel;
    private final Codec codec;
    private final RunId run;
    private final AtomicLong numbers = new AtomicLong();
    private final Map<Long, CompletableFuture<Messages.Answer>> calls = new ConcurrentHashMap<>();

    /** @param run the body's */
    SentTriggers(Channel channel, Codec codec, RunId run) {
        this.channel = channel;
        this.codec = codec;
        this.run = run;
    }

    @Override
    public <P extends @Nullable Object, O extends @Nullable Object> Run<O> trigger(
            Task<P, O> task, P payload, TriggerOptions options, @Nullable Origin origin) {
        return times(Messages.Times.EACH).trigger(task, payload, options, origin);
    }

    @Override
    public Run<Json> trigger(String task, @Nullable Object payload, TriggerOptions options, @Nullable Origin origin) {
        return times(Messages.Times.EACH).trigger(task, payload, options, origin);
    }

    /** Triggers as often as that. */
    Triggering times(Messages.Times times) {
        return new Triggering() {
            @Override
            public <P extends @Nullable Object, O extends @Nullable Object> Run<O> trigger(
                    Task<P, O> task, P payload, TriggerOptions options, @Nullable Origin origin) {
                return answered(
                        call(task.id(), payload, task.payloadType(), options, times, isBodys(origin)),
                        task.id(),
                        options);
            }

            @Override
            public Run<Json> trigger(
                    String task, @Nullable Object payload, TriggerOptions options, @Nullable Origin origin) {
                Type type = payload == null ? Json.class : payload.getClass();
                return answered(call(task, payload, type, options, times, isBodys(origin)), task, options);
            }
        };
    }

    /** Whether this is the thread on which the body was called. */
    private static boolean isBodys(@Nullable Origin origin) {
        return origin != null && origin.equals(Inside.origin());
    }

    private Messages.Answer call(
            String task,
            @Nullable Object payload,
            Type type,
            TriggerOptions options,
            Messages.Times times,
            boolean inOrder) {
        String json;
        try {
            json = new String(codec.write(payload, type), StandardCharsets.UTF_8);
        } catch (UnfitException e) {
            throw new InvalidPayloadException(task, e.path(), e.reason());
        }
        long number = numbers.incrementAndGet();
        CompletableFuture<Messages.Answer> answer = new CompletableFuture<>();
        calls.put(number, answer);
        channel.send(Kind.CALL, Jobs.json(codec, new Messages.Call(number, task, json, options, times, inOrder)));
        return answer.join();
    }

    private <O extends @Nullable Object> Run<O> answered(Messages.Answer answer, String task, TriggerOptions options) {
        String error = String.valueOf(answer.error());
        return switch (answer.word()) {
            case DONE -> handle(RunId.of(Objects.requireNonNull(answer.run(), "it is done")), answer.hit());
            case REFUSED -> throw new IllegalArgumentException(error);
            case CONFLICT ->
                throw conflict(task, options, RunId.of(Objects.requireNonNull(answer.run(), "it holds the key")));
            case FULL -> throw full(error.split(" ", 3));
            case OUT_OF_PLACE -> throw new IllegalStateException(error);
            case LOST -> throw new ClaimLostException(run);
            case UNKNOWN -> throw new StoreException(error);
        };
    }

    private static KeyConflictException conflict(String task, TriggerOptions options, RunId holder) {
        IdempotencyKey key = Objects.requireNonNull(options.idempotencyKey(), "it is held");
        return new KeyConflictException(task, key.text(), holder);
    }

    private static QueueFullException full(String[] parts) {
        return new QueueFullException(parts[2], Integer.parseInt(parts[0]), Integer.parseInt(parts[1]));
    }

    void answer(Messages.Answer answer) {
        CompletableFuture<Messages.Answer> call = calls.remove(answer.number());
        if (call != null) {
            call.complete(answer);
        }
    }

    /** A handle that knows its id, and no way to the store. */
    @SuppressWarnings("unchecked")
    private static <O extends @Nullable Object> Run<O> handle(RunId id, boolean hit) {
        return (Run<O>) Proxy.newProxyInstance(
                Run.class.getClassLoader(),
                new Class<?>[] {Run.class},
                (self, method, arguments) -> switch (method.getName()) {
                    case "id" -> id;
                    case "isHit" -> hit;
                    case "toString" -> "Run[" + id + "]";
                    case "hashCode" -> id.hashCode();
                    case "equals" -> arguments[0] instanceof Run<?> other && id.equals(other.id());
                    default -> throw unknown(id, method);
                });
    }

    private static IllegalStateException unknown(RunId id, Method method) {
        return new IllegalStateException(
                "An isolated attempt triggers runs but cannot ask about them: %s of %s needs the store, to which a child process has no way"
                        .formatted(method.getName(), id));
    }
}
