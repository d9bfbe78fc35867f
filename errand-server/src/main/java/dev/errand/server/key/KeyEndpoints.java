package dev.errand.server.key;

import dev.errand.server.call.Endpoint;
import dev.errand.server.call.Surroundings;
import java.util.List;

/** What can be asked about keys of triggers. */
public final class KeyEndpoints {
    private KeyEndpoints() {}

    public static List<Endpoint> of(Surroundings around) {
        return List.of(new ResetKey(around.errand()));
    }
}
