package dev.errand.server.token;

import dev.errand.server.call.Endpoint;
import dev.errand.server.call.Surroundings;
import java.util.List;

/** What can be asked about tokens that runs wait for. */
public final class TokenEndpoints {
    private TokenEndpoints() {}

    public static List<Endpoint> of(Surroundings around) {
        return List.of();
    }
}
