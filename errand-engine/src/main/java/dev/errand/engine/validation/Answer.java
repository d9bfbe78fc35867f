package dev.errand.engine.validation;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What a call came to. */
sealed interface Answer {
    /** A value; each time one asks as it was when it was returned, whatever has been done to it since. */
    record Returned(Supplier<? extends @Nullable Object> value, int bytes) implements Answer {}

    record Threw(Throwable error) implements Answer {}
}
