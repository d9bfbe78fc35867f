package dev.errand.client;

import dev.errand.Json;
import dev.errand.Subscription;
import dev.errand.Value;
import dev.errand.ValueInfo;
import java.lang.reflect.Type;
import java.sql.Connection;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A durable value. It is changed by sending what it is to be and what it was, so that the server refuses what comes too late. What changes it is
 * sent once: the second might undo what somebody did in between.
 */
final class RemoteValue<T> implements Value<T> {
    private static final Logger LOG = LoggerFactory.getLogger(RemoteValue.class);

    private final Connected client;
    private final String name;
    private final Type type;

    private record Set(Json value) {}

    private record Change(@Nullable Json from, @Nullable Json to) {}

    private record Removed(boolean removed) {}

    private record Known(long version, Duration within) {}

    RemoteValue(Connected client, String name, Type type) {
        this.client = client;
        this.name = name;
        this.type = type;
    }

    private Server server() {
        return client.server();
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Optional<T> get() {
        return read(info());
    }

    @Override
    public ValueInfo info() {
        return server().ask(Ask.get(Address.path("values", name)), ValueInfo.class);
    }

    private Optional<T> read(ValueInfo info) {
        return Optional.ofNullable(readOrNull(info.value()));
    }

    @SuppressWarnings("unchecked") // it is read as that type
    private @Nullable T readOrNull(@Nullable Json json) {
        return json == null ? null : (T) Results.fitting("Value '" + name + "'", json, type);
    }

    private Json written(T value) {
        Json json = Written.of("Value '" + name + "'", value, type);
        if (json.isNull()) {
            throw new IllegalArgumentException(
                    "Value '%s' was not set: null is the absence of one. Remove it instead".formatted(name));
        }
        return json;
    }

    @Override
    public void set(T value) {
        Json json = written(Objects.requireNonNull(value, "value"));
        server().ask(Ask.put(Address.path("values", name), new Set(json)));
    }

    @Override
    public Optional<T> update(UnaryOperator<@Nullable T> change) {
        Pauses pauses = new Pauses(server().answerTimeout());
        while (true) {
            Json before = info().value();
            T after = change.apply(readOrNull(before));
            Json to = after == null ? null : written(after);
            if (Objects.equals(before, to)) {
                return Optional.ofNullable(after);
            }
            Reply reply = server().answered(Ask.post(Address.path("values", name, "change"), new Change(before, to)));
            if (reply.status() != 409 || !Contended.pause(pauses)) {
                server().ok(reply);
                return Optional.ofNullable(after);
            }
        }
    }

    @Override
    public Optional<T> update(Connection connection, UnaryOperator<@Nullable T> change) {
        throw NoEngine.unsupported("a value is changed in a transaction", "update it by itself, or from a task's body");
    }

    @Override
    public boolean remove() {
        return server().ask(Ask.delete(Address.path("values", name)), Removed.class)
                .removed();
    }

    // ── watching

    @Override
    public Subscription watch(Executor executor, Consumer<Optional<T>> handler) {
        ValueInfo first = info();
        return client.background().start("value", () -> watch(first, executor, handler));
    }

    private void watch(ValueInfo first, Executor executor, Consumer<Optional<T>> handler) throws InterruptedException {
        ValueInfo now = first;
        while (told(now, executor, handler)) {
            long told = now.version();
            do {
                now = client.background().patiently(() -> next(told));
            } while (now.version() == told);
        }
    }

    private ValueInfo next(long known) throws InterruptedException {
        Ask ask = Ask.post(Address.path("values", name, "await"), new Known(known, Ends.LONGEST));
        return server().await(ask.repeated().waiting(Ends.LONGEST), ValueInfo.class);
    }

    /** Answers whether it goes on. */
    private boolean told(ValueInfo info, Executor executor, Consumer<Optional<T>> handler) throws InterruptedException {
        Optional<T> value;
        try {
            value = read(info);
        } catch (IllegalStateException e) {
            LOG.atWarn().addKeyValue("value", name).setCause(e).log("A value is not told of that does not fit");
            return true;
        }
        return Calls.call(executor, "value " + name, () -> handler.accept(value));
    }
}
