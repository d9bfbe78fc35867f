package dev.errand.scripts;

import dev.errand.spi.MethodTask;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Modifier;
import org.jspecify.annotations.Nullable;

/** The one object that the methods of a class are called on: made when it is first needed, by an attempt. */
final class LazyInstance {
    private final Constructor<?> constructor;
    private @Nullable Object instance;

    private LazyInstance(Constructor<?> constructor) {
        this.constructor = constructor;
    }

    /** @throws IllegalArgumentException if the class cannot be instantiated without arguments */
    static LazyInstance of(Class<?> type) {
        try {
            if (Modifier.isAbstract(type.getModifiers())) {
                throw new IllegalArgumentException("%s is abstract".formatted(type.getSimpleName()));
            }
            Constructor<?> constructor = type.getDeclaredConstructor();
            constructor.setAccessible(true);
            return new LazyInstance(constructor);
        } catch (NoSuchMethodException e) {
            throw new IllegalArgumentException(
                    "%s has no constructor without parameters; make the method static, or the class top-level or static"
                            .formatted(type.getSimpleName()));
        }
    }

    /** @throws Exception what the constructor threw; the next call tries again */
    synchronized Object get() throws Exception {
        Object made = instance;
        if (made == null) {
            try {
                made = constructor.newInstance();
            } catch (InvocationTargetException e) {
                throw MethodTask.unwrapped(e);
            }
            instance = made;
        }
        return made;
    }
}
