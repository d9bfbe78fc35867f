package dev.errand.client;

import dev.errand.NotAllowedException;
import dev.errand.StoreException;
import dev.errand.json.ApiJson;
import dev.errand.json.ErrorCause;
import java.net.URI;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a server says is wrong, as the library says it. */
record Refusal(@Nullable String error, @Nullable ErrorCause cause) {
    static Refusal of(Reply reply) {
        try {
            return ApiJson.read(reply.body(), Refusal.class);
        } catch (IllegalArgumentException e) { // somebody's in between, who speaks no JSON
            return new Refusal(null, null);
        }
    }

    /** As the engine would have thrown it, if it did. */
    Optional<RuntimeException> told() {
        return cause == null ? Optional.empty() : cause.error();
    }

    /** To be thrown. */
    static RuntimeException error(URI server, Reply reply) {
        Refusal refusal = of(reply);
        String words = refusal.error == null ? "nothing that is understood here" : refusal.error;
        return refusal.told().orElseGet(() -> error(server, reply.status(), words));
    }

    private static RuntimeException error(URI server, int status, String words) {
        return switch (status) {
            case 400, 413, 422 -> new IllegalArgumentException(words);
            case 401 ->
                new NotAllowedException("The server at %s does not take the key: %s".formatted(server, words), false);
            case 403 -> new NotAllowedException("The server at %s refuses: %s".formatted(server, words), true);
            case 404, 405 ->
                new StoreException(
                        "The server at %s answered %d: %s; it may be older than this client, or be found at another address"
                                .formatted(server, status, words));
            default -> new StoreException("The server at %s answered %d: %s".formatted(server, status, words));
        };
    }
}
