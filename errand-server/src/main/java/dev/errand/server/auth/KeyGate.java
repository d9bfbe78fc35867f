package dev.errand.server.auth;

import dev.errand.ApiKey;
import dev.errand.ApiKeys;
import dev.errand.SealedApiKey;
import dev.errand.server.call.Caller;
import dev.errand.server.call.Gate;
import dev.errand.server.call.Head;
import dev.errand.server.call.Problem;
import dev.errand.server.call.Route;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/**
 * Lets in who has a key of the store, {@code Authorization: Bearer tr_…}, or to some routes a token that the owner of one has given away. What does
 * not even look like either the store is not asked about.
 */
public final class KeyGate implements Gate {
    private static final Pattern KEY = Pattern.compile("tr_[a-z]{1,16}_(sk_)?[0-9A-Za-z]{24,64}");
    private static final Pattern ID = Pattern.compile("key_[0-9A-Za-z]{16}");

    private final ApiKeys keys;
    private final PublicTokens tokens;
    private final SigningKeys signing;

    public KeyGate(ApiKeys keys, PublicTokens tokens, SigningKeys signing) {
        this.keys = keys;
        this.tokens = tokens;
        this.signing = signing;
    }

    @Override
    public Caller admit(Head head, Route route) {
        String shown = Bearer.of(head);
        if (shown == null) {
            throw Problem.unknownCaller();
        }
        return Jwt.isMeant(shown) ? holder(shown, head, route) : owner(shown);
    }

    private Caller owner(String secret) {
        if (!KEY.matcher(secret).matches()) {
            throw Problem.unknownCaller();
        }
        return owner(keys.find(secret).orElseThrow(Problem::unknownCaller));
    }

    private Caller owner(ApiKey key) {
        return tokens.owner(key.name(), key.role(), key.id());
    }

    /** Who has a token of somebody's. */
    private Caller holder(String shown, Head head, Route route) {
        if (!route.tokens()) {
            throw Problem.unknownCaller("A token is not taken here, but a key");
        }
        Jwt token = Jwt.read(shown).orElseThrow(Problem::unknownCaller);
        return tokens.holder(token, owner(signer(token)), head, route);
    }

    private ApiKey signer(Jwt token) {
        String subject = token.text("sub");
        if (subject == null || !ID.matcher(subject).matches()) {
            throw Problem.unknownCaller();
        }
        SealedApiKey found = keys.withId(subject).orElseThrow(Problem::unknownCaller);
        if (!tokens.hasSigned(token, subject) && !hasSigned(found, token)) {
            throw Problem.unknownCaller();
        }
        return found.key();
    }

    /** Whether the owner of the key has. */
    private boolean hasSigned(SealedApiKey found, Jwt token) {
        String secret = found.sealed() == null ? null : signing.open(found.sealed());
        return secret != null && token.isSignedBy(secret.getBytes(StandardCharsets.UTF_8));
    }
}
