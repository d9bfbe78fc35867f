package dev.errand.testkit;

import dev.errand.Run;
import org.jspecify.annotations.Nullable;

/** Where assertions begin. Its {@code assertThat} may be imported beside AssertJ's own. */
public final class ErrandAssertions {
    private ErrandAssertions() {}

    public static <O extends @Nullable Object> RunAssert<O> assertThat(Run<O> run) {
        return new RunAssert<>(run);
    }
}
