package dev.errand;

/** There is no such token, or none any more. */
public final class TokenNotFoundException extends ErrandException {
    private final transient TokenId token;

    public TokenNotFoundException(TokenId token) {
        super("No such token in this store; it may have been deleted past its retention");
        this.token = token;
    }

    public TokenId token() {
        return token;
    }
}
