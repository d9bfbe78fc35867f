package dev.errand.server.auth;

import dev.errand.ApiKeys;
import dev.errand.server.call.Caller;
import dev.errand.server.call.Gate;
import dev.errand.server.call.Head;
import dev.errand.server.call.Problem;

/** Lets in who has a key of the store: {@code Authorization: Bearer tr_…}. */
public final class KeyGate implements Gate {
    private static final String SCHEME = "bearer ";

    private final ApiKeys keys;

    public KeyGate(ApiKeys keys) {
        this.keys = keys;
    }

    @Override
    public Caller admit(Head head) {
        String said = head.header("authorization");
        if (said == null || !said.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            throw Problem.unknownCaller();
        }
        return keys.find(said.substring(SCHEME.length()).strip())
                .map(key -> new Caller(key.name(), key.role()))
                .orElseThrow(Problem::unknownCaller);
    }
}
