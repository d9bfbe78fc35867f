package dev.errand.server.auth;

import dev.errand.Errand;
import dev.errand.Role;
import dev.errand.server.call.Caller;
import dev.errand.server.call.Head;
import dev.errand.server.call.Problem;
import dev.errand.server.call.Route;
import dev.errand.server.call.Scopes;
import dev.errand.server.call.Secret;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * Tokens that the server signs, for owners of keys to give away. For each key it has a key of its own, which it makes of its secret, so that it
 * knows them again without having kept anything.
 */
public final class PublicTokens {
    private static final String PURPOSE = "public token ";

    private final Secret secret;
    private final Errand errand;

    public PublicTokens(Secret secret, Errand errand) {
        this.secret = secret;
        this.errand = errand;
    }

    Instant now() {
        return errand.now();
    }

    /** A new one. */
    String sign(TokenClaims claims) {
        return Jwt.sign(claims.map(now()), key(claims.subject()));
    }

    /** Whether the server has signed it, for that key. */
    boolean hasSigned(Jwt token, String subject) {
        return token.isSignedBy(key(subject));
    }

    private byte[] key(String subject) {
        return secret.key(PURPOSE + subject);
    }

    /** Who has shown a key itself, or needs none. */
    Caller owner(String name, Role role, String id) {
        return new Caller(name, role, id, null, granter(id));
    }

    /**
     * Who has shown a token of an owner's, whose signature was found good.
     *
     * @throws Problem 401 if it is not to be taken all the same
     */
    Caller holder(Jwt token, Caller owner, Head head, Route route) {
        TokenClaims claims = TokenClaims.read(token, now());
        TokenUse use = claims.once() && route.triggers()
                ? new TokenUse(errand.apiKeys(), token.signed(), head, claims.expiry())
                : null;
        Caller.Token allowed = new Caller.Token(claims.scopes(), claims.skipped(), use);
        return new Caller("a token of " + owner.name(), owner.role(), owner.id(), allowed, owner.granter());
    }

    /** Gives tokens that are from the owner of a key, and what clients have to know who rather sign by themselves. */
    Caller.Granter granter(String subject) {
        return (life, scopes) -> Map.of(
                "x-trigger-jwt", sign(granted(subject, life, scopes)),
                "x-trigger-jwt-claims", "{\"sub\":\"%s\",\"pub\":true}".formatted(subject));
    }

    private TokenClaims granted(String subject, Duration life, List<String> scopes) {
        return new TokenClaims(subject, now().plus(life), new Scopes(scopes), false, List.of());
    }
}
