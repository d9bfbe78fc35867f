package dev.errand;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;

/**
 * A type with its arguments, which a class literal cannot name: {@code new TypeRef<List<Photo>>() {}}.
 *
 * @param <T> the type meant
 */
public abstract class TypeRef<T> {
    private final Type type;

    /** Made as an anonymous subclass, which keeps the argument. */
    protected TypeRef() {
        if (!(getClass().getGenericSuperclass() instanceof ParameterizedType parent)) {
            throw new IllegalArgumentException("Write new TypeRef<List<String>>() {}: the type argument is missing");
        }
        this.type = parent.getActualTypeArguments()[0];
    }

    /** The type meant, as reflection sees it. */
    public final Type type() {
        return type;
    }
}
