package dev.errand.engine.schema;

import com.fasterxml.jackson.annotation.JsonAlias;
import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.errand.Default;
import java.lang.annotation.Annotation;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.RecordComponent;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A component of a record with all annotations that were written at it, wherever the compiler has put them. */
record Component(RecordComponent component, Set<Annotation> annotations) {
    /** Annotations of Jackson's after which a record still reads and writes as its components say. */
    private static final Set<Class<?>> HARMLESS =
            Set.of(JsonInclude.class, JsonPropertyOrder.class, JsonPropertyDescription.class);

    private static final Set<Class<?>> UNDERSTOOD = Set.of(JsonProperty.class, JsonIgnore.class, JsonAlias.class);

    /** Whether a record reads and writes as its components say, as far as can be told. */
    static boolean arePlain(Class<?> type) {
        for (Annotation each : type.getAnnotations()) {
            if (isJackson(each) && !HARMLESS.contains(each.annotationType())) {
                return false;
            }
        }
        return areOrdinary(type.getDeclaredConstructors()) && areOrdinary(type.getDeclaredMethods());
    }

    private static boolean areOrdinary(Executable[] members) {
        for (Executable each : members) {
            if (each.isAnnotationPresent(JsonCreator.class) || each.isAnnotationPresent(JsonValue.class)) {
                return false;
            }
        }
        return true;
    }

    static Component of(RecordComponent component) {
        Set<Annotation> all = new LinkedHashSet<>();
        Collections.addAll(all, component.getAnnotations());
        Collections.addAll(all, component.getAnnotatedType().getAnnotations());
        Collections.addAll(all, component.getAccessor().getAnnotations());
        Collections.addAll(all, field(component).getAnnotations());
        return new Component(component, all);
    }

    private static Field field(RecordComponent component) {
        try {
            return component.getDeclaringRecord().getDeclaredField(component.getName());
        } catch (NoSuchFieldException e) {
            throw new IllegalStateException("a record has a field for each component", e);
        }
    }

    private static boolean isJackson(Annotation annotation) {
        String name = annotation.annotationType().getPackageName();
        return name.startsWith("com.fasterxml.jackson.") || name.startsWith("tools.jackson.");
    }

    private <A extends Annotation> @Nullable A find(Class<A> type) {
        for (Annotation each : annotations) {
            if (type.isInstance(each)) {
                return type.cast(each);
            }
        }
        return null;
    }

    /** What it is called in JSON. */
    String name() {
        JsonProperty property = find(JsonProperty.class);
        return property == null || property.value().isEmpty() ? component.getName() : property.value();
    }

    boolean isIgnored() {
        return find(JsonIgnore.class) != null;
    }

    /** Whether its own components stand in its place. */
    boolean isUnwrapped() {
        return find(JsonUnwrapped.class) != null;
    }

    /** Whether Jackson reads and writes it in some way of its own. */
    boolean isCustom() {
        for (Annotation each : annotations) {
            Class<?> type = each.annotationType();
            if (isJackson(each) && !HARMLESS.contains(type) && !UNDERSTOOD.contains(type)) {
                return true;
            }
        }
        return false;
    }

    boolean isPrimitive() {
        return component.getType().isPrimitive();
    }

    /** Whether Jackson wants it, whatever constraints say. */
    boolean isRequired() {
        JsonProperty property = find(JsonProperty.class);
        return property != null && property.required();
    }

    boolean hasOtherNames() {
        return find(JsonAlias.class) != null;
    }

    /** Null if it has none. */
    @Nullable
    String byDefault() {
        Default byDefault = find(Default.class);
        return byDefault == null ? null : byDefault.value();
    }
}
