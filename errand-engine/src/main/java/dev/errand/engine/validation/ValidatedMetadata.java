package dev.errand.engine.validation;

import dev.errand.Metadata;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The metadata of a run whose body is executed twice. */
final class ValidatedMetadata implements Metadata {
    private final Execution execution;
    private final Supplier<Metadata> real;

    ValidatedMetadata(Execution execution, Supplier<Metadata> real) {
        this.execution = execution;
        this.real = real;
    }

    @Override
    public Map<String, Object> all() {
        return new LinkedHashMap<>(execution.<Map<String, Object>>call(
                Call.of("all metadata"), Copying.none(), () -> real.get().all()));
    }

    @Override
    public @Nullable Object get(String key) {
        return execution.<@Nullable Object>call(
                Call.named("metadata", key), Copying.none(), () -> real.get().get(key));
    }

    @Override
    public Metadata set(String key, @Nullable Object value) {
        return changed("set", key, () -> real.get().set(key, value));
    }

    @Override
    public Metadata increment(String key, double by) {
        return changed("incremented", key, () -> real.get().increment(key, by));
    }

    @Override
    public Metadata append(String key, Object value) {
        return changed("appended to", key, () -> real.get().append(key, value));
    }

    private Metadata changed(String how, String key, Code<Metadata> change) {
        execution.call(Call.of("metadata '%s' %s".formatted(key, how)), Copying.none(), change);
        return this;
    }
}
