package dev.errand.server.token;

import dev.errand.Errand;
import dev.errand.Json;
import dev.errand.TokenId;
import dev.errand.server.call.Answer;
import dev.errand.server.call.Call;
import dev.errand.server.call.Problem;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The token that a request is about. */
final class AskedToken {
    private record Completed(boolean success) {}

    private AskedToken() {}

    /** Empty for what can be no token's id. */
    static Optional<TokenId> in(Call call) {
        try {
            return Optional.of(TokenId.of(call.parameter("token")));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** @throws Problem 404 for what can be no token's id; what was said is not repeated, it may be close to a secret */
    static TokenId of(Call call) {
        return in(call).orElseThrow(() -> Problem.notFound("There is no such token"));
    }

    /**
     * Completes it, unless somebody has, or its time has passed: that is answered alike.
     *
     * @param value null for JSON's null
     */
    static Answer complete(Errand errand, TokenId token, @Nullable JsonNode value) {
        try {
            errand.tokens().complete(token, value == null ? Json.NULL : new Json(value.toString()));
        } catch (IllegalArgumentException e) { // it is JSON, so there is nothing else to refuse
            throw Problem.of(413, String.valueOf(e.getMessage()));
        }
        return Answer.json(new Completed(true));
    }
}
