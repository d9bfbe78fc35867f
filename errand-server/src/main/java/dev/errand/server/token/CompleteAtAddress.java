package dev.errand.server.token;

import dev.errand.Errand;
import dev.errand.TokenId;
import dev.errand.server.call.Answer;
import dev.errand.server.call.Call;
import dev.errand.server.call.Endpoint;
import dev.errand.server.call.JsonText;
import dev.errand.server.call.Problem;
import dev.errand.server.call.Route;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Completes a token with all of a body, for whoever has its address, such as another system that reports back. */
public final class CompleteAtAddress implements Endpoint {
    private final Errand errand;
    private final TokenAddress address;

    CompleteAtAddress(Errand errand, TokenAddress address) {
        this.errand = errand;
        this.address = address;
    }

    @Override
    public Route route() {
        return Route.post(TokenAddress.ROUTE).open();
    }

    @Override
    public Answer answer(Call call) throws IOException {
        String hash = call.parameter("hash");
        TokenId token = AskedToken.in(call)
                .filter(id -> address.opens(id, hash))
                .orElseThrow(() -> Problem.of(401, "This is no address that the server has given out"));
        return AskedToken.complete(errand, token, value(call.body().readAllBytes()));
    }

    /** Null for none. */
    private static @Nullable JsonNode value(byte[] body) {
        String text = text(body);
        JsonNode value = JsonText.parsed(text);
        if (value == null && !text.isBlank()) {
            throw notJson();
        }
        return value;
    }

    private static String text(byte[] body) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(body))
                    .toString();
        } catch (CharacterCodingException e) {
            throw notJson();
        }
    }

    private static Problem notJson() {
        return Problem.malformed("", "the body is not JSON");
    }
}
