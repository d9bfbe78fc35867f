package dev.errand;

/** A token that a body waited for was completed with an error, or not in time. */
public final class TokenFailedException extends ErrandException {
    private final transient TokenId token;
    private final TokenState state;
    private final String reason;

    /** @param reason in words */
    public TokenFailedException(TokenId token, TokenState state, String reason) {
        super("%s ended %s: %s".formatted(token, state, reason));
        this.token = token;
        this.state = state;
        this.reason = reason;
    }

    public TokenId token() {
        return token;
    }

    /** FAILED or TIMED_OUT. */
    public TokenState state() {
        return state;
    }

    /** Why, in words; never empty. */
    public String reason() {
        return reason;
    }
}
