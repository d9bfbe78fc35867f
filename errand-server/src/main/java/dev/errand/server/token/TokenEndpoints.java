package dev.errand.server.token;

import dev.errand.server.call.Endpoint;
import dev.errand.server.call.Surroundings;
import java.util.List;

/** What can be asked about tokens that runs wait for. */
public final class TokenEndpoints {
    private TokenEndpoints() {}

    public static List<Endpoint> of(Surroundings around) {
        TokenAddress address = new TokenAddress(around.base(), around.secret());
        return List.of(
                new CreateToken(around.errand(), address),
                new ListTokens(around.errand(), address),
                new RetrieveToken(around.errand(), address),
                new CompleteToken(around.errand()),
                new CompleteAtAddress(around.errand(), address));
    }
}
