package dev.errand.server.auth;

import dev.errand.Role;
import dev.errand.server.call.Answer;
import dev.errand.server.call.Call;
import dev.errand.server.call.Caller;
import dev.errand.server.call.Endpoint;
import dev.errand.server.call.Fields;
import dev.errand.server.call.Members;
import dev.errand.server.call.Problem;
import dev.errand.server.call.Route;
import dev.errand.server.call.Scopes;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** A token that the server signs, for the owner of a key to give away. It allows no more than the key does. */
final class CreateToken implements Endpoint {
    private static final Duration LONGEST = Duration.ofDays(30);
    private static final int MOST = 100;
    private static final int LONGEST_SCOPE = 512;
    private static final String SCOPES = "scopes";
    private static final String EXPIRY = "expirationTime";

    private record Signed(String token) {}

    private final PublicTokens tokens;

    CreateToken(PublicTokens tokens) {
        this.tokens = tokens;
    }

    @Override
    public Route route() {
        return Route.post("/api/v1/auth/public-tokens").by(Role.VIEWER);
    }

    @Override
    public Answer answer(Call call) throws IOException {
        Fields body = call.json();
        List<String> scopes = scopes(body);
        Instant expiry = expiry(body);
        boolean once = Boolean.TRUE.equals(body.flag("oneTimeUse"));
        Fields realtime = body.object("realtime");
        List<String> skipped = realtime == null ? List.of() : array(realtime, "skipColumns");
        List<String> denied =
                scopes.stream().filter(scope -> !mayGive(call.caller(), scope)).toList();
        if (!denied.isEmpty()) {
            return exceeding(denied);
        }
        String subject = call.caller().id();
        return Answer.json(new Signed(
                tokens.sign(new TokenClaims(subject, expiry, new Scopes(scopes), once, List.copyOf(skipped)))));
    }

    private static List<String> scopes(Fields body) {
        List<String> scopes = array(body, SCOPES);
        if (scopes.isEmpty() || scopes.size() > MOST || scopes.stream().anyMatch(CreateToken::isNone)) {
            throw body.refused(
                    SCOPES,
                    "an array of 1 to %d scopes is needed, such as read:runs:run_1, of up to %d characters"
                            .formatted(MOST, LONGEST_SCOPE));
        }
        return scopes;
    }

    private static boolean isNone(String scope) {
        return scope.isBlank() || scope.length() > LONGEST_SCOPE;
    }

    private static List<String> array(Fields body, String name) {
        JsonNode value = body.value(name);
        if (value != null && !value.isArray()) {
            throw body.refused(name, "an array of texts is needed");
        }
        return body.texts(name);
    }

    private static boolean mayGive(Caller caller, String scope) {
        return caller.mayAct(Scopes.action(scope));
    }

    private static Answer exceeding(List<String> denied) {
        return Answer.json(
                403,
                Members.of("error", "The key allows less than these scopes: " + String.join(", ", denied))
                        .put("code", "scopes_exceed_key_access")
                        .put("param", SCOPES)
                        .put("deniedScopes", denied)
                        .map());
    }

    private Instant expiry(Fields body) {
        Instant now = tokens.now();
        String text = body.textOrNumber(EXPIRY);
        try {
            Instant expiry = TokenLife.end(text == null ? "15m" : text, now);
            if (!expiry.isAfter(now) || expiry.isAfter(now.plus(LONGEST))) {
                throw body.refused(EXPIRY, "a time within the next 30 days is needed");
            }
            return expiry;
        } catch (IllegalArgumentException e) {
            throw Problem.malformed(EXPIRY, e);
        }
    }
}
