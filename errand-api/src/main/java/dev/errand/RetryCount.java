package dev.errand;

import org.jspecify.annotations.Nullable;

/** The two ways to say how often a body may be tried: in all, or again after the first time. Who says both contradicts himself. */
final class RetryCount {
    private RetryCount() {}

    /** The attempts that so many retries make. */
    static int attempts(int maxRetries) {
        if (maxRetries < 0 || maxRetries == Integer.MAX_VALUE) {
            throw new IllegalArgumentException(
                    "maxRetries is %d; it is 0 or more, below %,d: the attempts after the first"
                            .formatted(maxRetries, Integer.MAX_VALUE));
        }
        return maxRetries + 1;
    }

    static void requireOne(@Nullable Integer attempts, @Nullable Integer maxRetries) {
        if (attempts != null && maxRetries != null) {
            throw contradiction();
        }
    }

    static IllegalArgumentException contradiction() {
        return new IllegalArgumentException(
                "attempts and maxRetries both say how often the body may be tried; give one of them: maxRetries is the attempts less the first");
    }
}
