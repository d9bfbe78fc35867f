package dev.errand.server.auth;

import dev.errand.ApiKeys;
import dev.errand.Role;
import dev.errand.server.call.Answer;
import dev.errand.server.call.Call;
import dev.errand.server.call.Endpoint;
import dev.errand.server.call.Problem;
import dev.errand.server.call.Route;

/** Has a key open nothing any more, nor the tokens that its owner has given away. It stays in the list. */
final class RevokeKey implements Endpoint {
    private record Revoked(String id) {}

    private final ApiKeys keys;

    RevokeKey(ApiKeys keys) {
        this.keys = keys;
    }

    @Override
    public Route route() {
        return Route.delete("/api/errand/v1/keys/{key}").by(Role.ADMIN);
    }

    @Override
    public Answer answer(Call call) {
        String id = call.parameter("key");
        if (id.indexOf('\0') >= 0 || !keys.revoke(id)) {
            throw Problem.notFound("There is no such key");
        }
        return Answer.json(new Revoked(id));
    }
}
