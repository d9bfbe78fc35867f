package dev.errand.server.auth;

import dev.errand.ApiKeys;
import dev.errand.server.call.Endpoint;
import dev.errand.server.call.Surroundings;
import java.util.List;

/** What can be asked about those who call: what a token of theirs has to say, a token itself, and keys. */
public final class AuthEndpoints {
    private AuthEndpoints() {}

    public static List<Endpoint> of(Surroundings around) {
        ApiKeys keys = around.errand().apiKeys();
        SigningKeys signing = new SigningKeys(around.secret());
        return List.of(
                new TellClaims(keys, signing),
                new CreateToken(new PublicTokens(around.secret(), around.errand())),
                new CreateKey(keys, signing),
                new ListKeys(keys),
                new RevokeKey(keys));
    }
}
