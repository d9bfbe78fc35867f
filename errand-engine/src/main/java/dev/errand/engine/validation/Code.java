package dev.errand.engine.validation;

import org.jspecify.annotations.Nullable;

/** Code of users, or of the engine for them, with any errors. */
@FunctionalInterface
interface Code<T extends @Nullable Object> {
    T run() throws Exception;
}
