package dev.errand.engine.attempt;

import dev.errand.Metadata;
import dev.errand.engine.json.Codec;
import dev.errand.engine.json.UnfitException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A run's metadata while it executes: changed here, written to the store as a whole. */
final class RunMetadata implements Metadata {
    private final Codec codec;
    private final Consumer<String> changed;
    private final BooleanSupplier isNew;
    private final Map<String, Object> values;

    /**
     * As it was last written.
     *
     * @param isNew whether a change is to be made, and was not before the body waited; asked once for each
     */
    RunMetadata(Codec codec, @Nullable String json, BooleanSupplier isNew, Consumer<String> changed) {
        this.codec = codec;
        this.isNew = isNew;
        this.changed = changed;
        this.values = codec.map(json);
    }

    @Override
    public synchronized Map<String, Object> all() {
        return new LinkedHashMap<>(values);
    }

    @Override
    public synchronized @Nullable Object get(String key) {
        return values.get(key);
    }

    @Override
    public synchronized Metadata set(String key, @Nullable Object value) {
        return isNew.getAsBoolean() ? put(key, value) : this;
    }

    private Metadata put(String key, @Nullable Object value) {
        Object before = values.get(key);
        if (value == null) {
            values.remove(key);
        } else {
            values.put(key, value);
        }
        return write(key, before);
    }

    @Override
    public synchronized Metadata increment(String key, double by) {
        if (!isNew.getAsBoolean()) {
            return this;
        }
        Object before = values.getOrDefault(key, 0);
        if (!(before instanceof Number number)) {
            throw new IllegalArgumentException("metadata '%s' is %s, no number to add to".formatted(key, before));
        }
        double sum = number.doubleValue() + by;
        boolean whole = sum == Math.rint(sum) && Math.abs(sum) < 1L << 53;
        return put(key, whole ? (Object) (long) sum : (Object) sum);
    }

    @Override
    public synchronized Metadata append(String key, Object value) {
        if (!isNew.getAsBoolean()) {
            return this;
        }
        Object before = values.getOrDefault(key, List.of());
        if (!(before instanceof List<?> list)) {
            throw new IllegalArgumentException("metadata '%s' is %s, no list to add to".formatted(key, before));
        }
        List<Object> longer = new ArrayList<>(list);
        longer.add(value);
        return put(key, longer);
    }

    private Metadata write(String key, @Nullable Object before) {
        try {
            changed.accept(new String(codec.write(values), StandardCharsets.UTF_8));
            return this;
        } catch (UnfitException e) {
            if (before == null) {
                values.remove(key);
            } else {
                values.put(key, before);
            }
            throw new IllegalArgumentException(
                    "metadata '%s' cannot be written as JSON: %s".formatted(key, e.reason()), e);
        }
    }
}
