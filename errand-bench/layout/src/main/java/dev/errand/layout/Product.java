package dev.errand.layout;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.Field;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/**
 * What the product has: its tables, and its statements, read from where they are written, so that what is measured is what runs. A
 * statement that has moved, or takes other parameters by now, fails the test of this module.
 */
final class Product {
    private static final String PACKAGE = "dev.errand.store.postgres.";

    private Product() {}

    /** All tables, in the schema {@code errand}, as all migrations make them. */
    static String tables() {
        StringBuilder tables = new StringBuilder("create schema errand;\n");
        for (Object file : (List<?>) constant("Migrations", "FILES")) {
            tables.append(resource(type("Migrations"), String.valueOf(file))).append('\n');
        }
        return tables.toString();
    }

    /** A statement, by the class and the constant that hold it. */
    static String statement(String type, String constant) {
        return String.valueOf(constant(type, constant));
    }

    private static Object constant(String type, String name) {
        try {
            Field field = type(type).getDeclaredField(name);
            field.setAccessible(true);
            return Objects.requireNonNull(field.get(null));
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("The product has no constant " + type + "." + name + " any more", e);
        }
    }

    private static Class<?> type(String name) {
        try {
            return Class.forName(PACKAGE + name);
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException("The product has no class " + name + " any more", e);
        }
    }

    /** A text that lies beside a class. */
    static String resource(Class<?> beside, String name) {
        try (InputStream in = beside.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("There is no " + name + " beside " + beside.getName());
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
