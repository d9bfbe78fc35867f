package dev.errand.server.token;

import dev.errand.TokenId;
import dev.errand.server.call.Caller;
import dev.errand.server.call.Secret;
import java.net.URI;
import java.util.function.Supplier;

/** Where anybody completes a token who was told the address: it is signed, so that nobody else finds it. */
final class TokenAddress {
    /** Of all tokens. */
    static final String PATH = "/api/v1/waitpoints/tokens";

    /** Where a route has the token. */
    static final String PARAMETER = "/{token}";

    private static final String CALLBACK = "/callback/";
    private static final String PURPOSE = "token callback";

    /** Of what it is, with its signature. */
    static final String ROUTE = PATH + PARAMETER + CALLBACK + "{hash}";

    private final Supplier<URI> base;
    private final Secret secret;

    TokenAddress(Supplier<URI> base, Secret secret) {
        this.base = base;
        this.secret = secret;
    }

    /** The address, for who may complete the token anyway. */
    String of(TokenId token) {
        return place(token) + CALLBACK + secret.sign(PURPOSE, token.overHttp());
    }

    /** The address for those, and for others one that opens nothing: who may only look is not to complete it by what he sees. */
    String shownTo(Caller caller, TokenId token) {
        return caller.may("write", "waitpoints", token.overHttp()) ? of(token) : place(token);
    }

    boolean opens(TokenId token, String hash) {
        return secret.hasSigned(PURPOSE, token.overHttp(), hash);
    }

    private String place(TokenId token) {
        return base.get() + PATH + "/" + token.overHttp();
    }
}
