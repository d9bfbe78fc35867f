package dev.errand.server.auth;

import dev.errand.ApiKeys;
import dev.errand.KeySigning;
import dev.errand.Role;
import dev.errand.SealedApiKey;
import dev.errand.server.call.Answer;
import dev.errand.server.call.Call;
import dev.errand.server.call.Caller;
import dev.errand.server.call.Endpoint;
import dev.errand.server.call.Problem;
import dev.errand.server.call.Route;

/** What a token has to say of whose it is, for owners of keys who sign tokens with them. */
final class TellClaims implements Endpoint {
    private record Claims(String sub, boolean pub) {}

    private final ApiKeys keys;
    private final SigningKeys signing;

    TellClaims(ApiKeys keys, SigningKeys signing) {
        this.keys = keys;
        this.signing = signing;
    }

    @Override
    public Route route() {
        return Route.post("/api/v1/auth/jwt/claims").by(Role.VIEWER);
    }

    @Override
    public Answer answer(Call call) {
        Caller caller = call.caller();
        keys.withId(caller.id()).ifPresent(this::refuseUseless);
        return Answer.json(new Claims(caller.id(), true));
    }

    /** Else the owner would give away tokens, and everybody who has one would be refused. */
    private void refuseUseless(SealedApiKey found) {
        if (found.key().signing() != KeySigning.OWNER) {
            throw Problem.impossible(
                    "", "Tokens that are signed with this key cannot be checked; take a key that is made for that");
        }
        if (found.sealed() == null || signing.open(found.sealed()) == null) {
            throw Problem.impossible(
                    "", "Tokens that are signed with this key cannot be checked: this server has another secret");
        }
    }
}
