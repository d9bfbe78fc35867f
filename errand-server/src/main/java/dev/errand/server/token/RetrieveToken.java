package dev.errand.server.token;

import dev.errand.Errand;
import dev.errand.TokenInfo;
import dev.errand.server.call.Answer;
import dev.errand.server.call.Call;
import dev.errand.server.call.Endpoint;
import dev.errand.server.call.Route;

/** A token, and what came of it. */
public final class RetrieveToken implements Endpoint {
    private final Errand errand;
    private final TokenAddress address;

    RetrieveToken(Errand errand, TokenAddress address) {
        this.errand = errand;
        this.address = address;
    }

    @Override
    public Route route() {
        return Route.get(TokenAddress.PATH + TokenAddress.PARAMETER);
    }

    @Override
    public Answer answer(Call call) {
        TokenInfo token = errand.tokens().get(AskedToken.of(call));
        return Answer.json(new TokenMembers(address, call.caller()).all(token));
    }
}
