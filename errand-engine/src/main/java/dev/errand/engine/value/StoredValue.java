package dev.errand.engine.value;

import dev.errand.Json;
import dev.errand.StoreException;
import dev.errand.Subscription;
import dev.errand.Value;
import dev.errand.ValueInfo;
import dev.errand.engine.json.UnfitException;
import dev.errand.engine.transaction.UserTransactions;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A value in the store. It is changed by putting another in the place of the version that was read; who comes too late reads again, after a
 * pause by chance, so that of many at once each has its turn soon.
 */
final class StoredValue<T> implements Value<T> {
    private static final int LARGEST = 64 * 1024;
    private static final byte[] NULL = {'n', 'u', 'l', 'l'};
    private static final long FIRST_PAUSE = TimeUnit.MICROSECONDS.toNanos(500);
    private static final long LONGEST_PAUSE = TimeUnit.MILLISECONDS.toNanos(20);

    private final Values values;
    private final String name;
    private final Type type;

    StoredValue(Values values, String name, Type type) {
        this.values = values;
        this.name = name;
        this.type = type;
    }

    @Override
    public String name() {
        return name;
    }

    // ── reading

    @Override
    public Optional<T> get() {
        return read(info());
    }

    @Override
    public ValueInfo info() {
        ValueInfo found = find();
        Reads.note(values, found);
        return found;
    }

    private ValueInfo find() {
        return Reads.ask(values, () -> values.store().find(name)).orElseGet(() -> ValueInfo.none(name));
    }

    private Optional<T> read(ValueInfo info) {
        return Optional.ofNullable(readOrNull(info));
    }

    @SuppressWarnings("unchecked") // it is read as that type
    private @Nullable T readOrNull(ValueInfo info) {
        byte[] json = bytes(info);
        try {
            return json == null ? null : (T) values.codec().read(json, type);
        } catch (UnfitException e) {
            throw new IllegalStateException(
                    "Value '%s' does not fit %s%s: %s"
                            .formatted(
                                    name, type.getTypeName(), e.path().isEmpty() ? "" : " at " + e.path(), e.reason()),
                    e);
        }
    }

    private static byte @Nullable [] bytes(ValueInfo info) {
        Json json = info.value();
        return json == null ? null : json.text().getBytes(StandardCharsets.UTF_8);
    }

    // ── changing

    @Override
    public void set(T value) {
        byte[] json = written(Objects.requireNonNull(value, "value"));
        change(before -> json, true);
    }

    @Override
    public boolean remove() {
        boolean[] was = new boolean[1];
        change(
                before -> {
                    was[0] = before.version() != 0;
                    return null;
                },
                false);
        return was[0];
    }

    @Override
    public Optional<T> update(UnaryOperator<@Nullable T> change) {
        return read(change(before -> changed(before, change), false));
    }

    /** What a value is to be that was this; null for none. */
    private interface Change {
        byte @Nullable [] of(ValueInfo before);
    }

    /**
     * Changes it once nobody else has in between.
     *
     * @param always whether what does not change is set all the same
     */
    private ValueInfo change(Change change, boolean always) {
        refuseInCondition();
        values.refuseApart(name);
        for (long pause = FIRST_PAUSE; ; pause = Math.min(pause * 2, LONGEST_PAUSE)) {
            ValueInfo before = find();
            byte[] json = change.of(before);
            if (!always && Arrays.equals(json, bytes(before))) {
                return before;
            }
            Optional<ValueInfo> set = values.store().set(name, before.version(), json);
            if (set.isPresent()) {
                return set.get();
            }
            LockSupport.parkNanos(this, ThreadLocalRandom.current().nextLong(1, pause));
        }
    }

    @Override
    public Optional<T> update(Connection connection, UnaryOperator<@Nullable T> change) {
        refuseInCondition();
        Objects.requireNonNull(connection, "connection");
        try {
            UserTransactions.check(connection);
            ValueInfo before = values.store().lock(connection, name).orElseGet(() -> ValueInfo.none(name));
            byte[] json = changed(before, change);
            boolean same = Arrays.equals(json, bytes(before));
            return read(same ? before : values.store().set(connection, name, json));
        } catch (SQLException e) {
            throw new StoreException(
                    "Value '%s' was not changed in this transaction; roll it back: %s".formatted(name, e.getMessage()),
                    e);
        }
    }

    private void refuseInCondition() {
        Reads.refuse("Value '" + name + "' was not changed");
    }

    private byte @Nullable [] changed(ValueInfo before, UnaryOperator<@Nullable T> change) {
        T after = change.apply(readOrNull(before));
        return after == null ? null : written(after);
    }

    private byte[] written(T value) {
        byte[] json;
        try {
            json = values.codec().write(value, type);
        } catch (UnfitException e) {
            throw new IllegalArgumentException(
                    "Value '%s' cannot be written as JSON: %s".formatted(name, e.reason()), e);
        }
        if (Arrays.equals(json, NULL)) {
            throw new IllegalArgumentException(
                    "Value '%s' was not set: null is the absence of one. Remove it instead".formatted(name));
        }
        if (json.length > LARGEST) {
            throw new IllegalArgumentException(
                    "Value '%s' has %,d bytes; at most %,d are kept. Store large data elsewhere and set where it is"
                            .formatted(name, json.length, LARGEST));
        }
        return json;
    }

    // ── watching

    @Override
    public Subscription watch(Executor executor, Consumer<Optional<T>> handler) {
        return values.watches().add(name, executor, info -> handler.accept(read(info)));
    }
}
