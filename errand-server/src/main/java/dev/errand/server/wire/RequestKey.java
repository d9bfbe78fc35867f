package dev.errand.server.wire;

import dev.errand.IdempotencyKey;
import dev.errand.server.call.Call;
import dev.errand.server.call.Problem;
import org.jspecify.annotations.Nullable;

/** By what clients say that a request is one they have sent before, since they heard no answer. */
public final class RequestKey {
    private static final String HEADER = "x-trigger-request-idempotency-key";

    private RequestKey() {}

    /**
     * The key of a request; null if it is not to be sent again.
     *
     * @throws Problem 400 if it is too long to be remembered
     */
    public static @Nullable String of(Call call) {
        String key = call.header(HEADER);
        if (key != null && key.length() > IdempotencyKey.LONGEST) {
            throw Problem.malformed(HEADER, "at most %,d characters are taken".formatted(IdempotencyKey.LONGEST));
        }
        return key == null || key.isBlank() ? null : key.strip();
    }
}
