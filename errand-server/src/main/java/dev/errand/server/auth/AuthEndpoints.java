package dev.errand.server.auth;

import dev.errand.server.call.Endpoint;
import dev.errand.server.call.Surroundings;
import java.util.List;

/** What can be asked about those who call: what a token of theirs has to say, and keys. */
public final class AuthEndpoints {
    private AuthEndpoints() {}

    public static List<Endpoint> of(Surroundings around) {
        return List.of();
    }
}
