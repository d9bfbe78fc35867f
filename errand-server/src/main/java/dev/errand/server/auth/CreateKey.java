package dev.errand.server.auth;

import dev.errand.ApiKeys;
import dev.errand.KeySigning;
import dev.errand.NewApiKey;
import dev.errand.Role;
import dev.errand.server.call.Answer;
import dev.errand.server.call.Asking;
import dev.errand.server.call.Call;
import dev.errand.server.call.Endpoint;
import dev.errand.server.call.Fields;
import dev.errand.server.call.Problem;
import dev.errand.server.call.Route;
import java.io.IOException;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** Makes a key. Its secret is in the answer, this once. */
final class CreateKey implements Endpoint {
    private static final String SIGNING = "signing";

    private final ApiKeys keys;
    private final SigningKeys signing;

    CreateKey(ApiKeys keys, SigningKeys signing) {
        this.keys = keys;
        this.signing = signing;
    }

    @Override
    public Route route() {
        return Route.post("/api/errand/v1/keys").by(Role.ADMIN);
    }

    @Override
    public Answer answer(Call call) throws IOException {
        Fields body = call.json().only("name", "role", SIGNING);
        String name = body.someText("name");
        Role role = one(body, "role", body.someText("role"), Role.values());
        String by = body.text(SIGNING);
        KeySigning who = by == null ? KeySigning.NONE : one(body, SIGNING, by, KeySigning.values());
        NewApiKey made = Asking.orMalformed("name", () -> create(name, role, who));
        return Answer.json(
                201, KeyMembers.of(made.key()).put("secret", made.secret()).map());
    }

    private static <E extends Enum<E>> E one(Fields body, String field, String said, E[] all) {
        String names = Arrays.stream(all).map(CreateKey::lower).collect(Collectors.joining(", "));
        return Arrays.stream(all)
                .filter(each -> lower(each).equals(said))
                .findFirst()
                .orElseThrow(() -> body.refused(field, "one of these is needed: " + names));
    }

    private static String lower(Enum<?> one) {
        return one.name().toLowerCase(Locale.ROOT);
    }

    private NewApiKey create(String name, Role role, KeySigning who) {
        return switch (who) {
            case NONE -> keys.create(name, role);
            case SERVER -> keys.createServerSigning(name, role);
            case OWNER -> createOwnerSigning(name, role);
        };
    }

    private NewApiKey createOwnerSigning(String name, Role role) {
        if (!signing.isLasting()) {
            throw Problem.impossible(
                    SIGNING, "signing: such a key is stored sealed, for which the server needs a secret that lasts");
        }
        return keys.createOwnerSigning(name, role, signing::seal);
    }
}
