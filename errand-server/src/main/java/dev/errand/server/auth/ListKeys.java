package dev.errand.server.auth;

import dev.errand.ApiKeys;
import dev.errand.Role;
import dev.errand.server.call.Answer;
import dev.errand.server.call.Call;
import dev.errand.server.call.Endpoint;
import dev.errand.server.call.Members;
import dev.errand.server.call.Route;

/** All keys, the oldest first, without their secrets. */
final class ListKeys implements Endpoint {
    private final ApiKeys keys;

    ListKeys(ApiKeys keys) {
        this.keys = keys;
    }

    @Override
    public Route route() {
        return Route.get("/api/errand/v1/keys").by(Role.ADMIN);
    }

    @Override
    public Answer answer(Call call) {
        return Answer.json(Members.of(
                        "data",
                        keys.list().stream()
                                .map(key -> KeyMembers.of(key).map())
                                .toList())
                .map());
    }
}
