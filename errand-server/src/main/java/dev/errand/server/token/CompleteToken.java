package dev.errand.server.token;

import dev.errand.Errand;
import dev.errand.TokenId;
import dev.errand.server.call.Answer;
import dev.errand.server.call.Call;
import dev.errand.server.call.Endpoint;
import dev.errand.server.call.Route;
import java.io.IOException;

/** Completes a token. The first value counts; who comes later is told the same. */
public final class CompleteToken implements Endpoint {
    private final Errand errand;

    CompleteToken(Errand errand) {
        this.errand = errand;
    }

    @Override
    public Route route() {
        return Route.post(TokenAddress.PATH + TokenAddress.PARAMETER + "/complete")
                .alsoTokens();
    }

    @Override
    public Answer answer(Call call) throws IOException {
        TokenId token = AskedToken.of(call);
        call.caller().require("write", "waitpoints", token.overHttp());
        return AskedToken.complete(errand, token, call.json().value("data"));
    }
}
