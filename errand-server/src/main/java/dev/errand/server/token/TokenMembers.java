package dev.errand.server.token;

import dev.errand.Json;
import dev.errand.TokenInfo;
import dev.errand.server.call.Caller;
import dev.errand.server.call.Members;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;

/** How a token reads, for a caller. */
final class TokenMembers {
    private final TokenAddress address;
    private final Caller caller;

    TokenMembers(TokenAddress address, Caller caller) {
        this.address = address;
        this.caller = caller;
    }

    /** As in a list. */
    Map<String, @Nullable Object> listed(TokenInfo token) {
        return common(token).map();
    }

    /** With what came of it: its value as JSON within text, or JSON that says in words why there is none. */
    Map<String, @Nullable Object> all(TokenInfo token) {
        Json value = token.value();
        String error = error(token);
        String output = error != null ? worded(error) : value == null ? null : value.text();
        return common(token)
                .put("output", output)
                .put("outputType", output == null ? null : "application/json")
                .put("outputIsError", output == null ? null : error != null)
                .map();
    }

    private Members common(TokenInfo token) {
        return Members.of("id", token.id().overHttp())
                .put("url", address.shownTo(caller, token.id()))
                .put("status", TokenStatus.of(token.state()))
                .put("tags", token.tags())
                .put("createdAt", token.createdAt())
                .put("completedAt", token.endedAt())
                .put("timeoutAt", token.timeoutAt())
                .put("idempotencyKey", token.idempotencyKey())
                .put("idempotencyKeyExpiresAt", token.idempotencyKeyUntil());
    }

    private static @Nullable String error(TokenInfo token) {
        return switch (token.state()) {
            case PENDING, COMPLETED -> null;
            case FAILED -> String.valueOf(token.error());
            case TIMED_OUT -> "The token timed out at " + token.timeoutAt();
        };
    }

    private static String worded(String error) {
        return JsonNodeFactory.instance.objectNode().put("message", error).toString();
    }
}
