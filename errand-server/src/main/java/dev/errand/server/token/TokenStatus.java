package dev.errand.server.token;

import dev.errand.TokenState;
import java.util.Arrays;
import java.util.List;

/** What clients are told of the state of a token. */
enum TokenStatus {
    WAITING,
    /** Also with an error, which clients see by what came of it. */
    COMPLETED,
    TIMED_OUT;

    static TokenStatus of(TokenState state) {
        return switch (state) {
            case PENDING -> WAITING;
            case COMPLETED, FAILED -> COMPLETED;
            case TIMED_OUT -> TIMED_OUT;
        };
    }

    /** The one that a client names. */
    static TokenStatus named(String name) {
        return Arrays.stream(values())
                .filter(status -> status.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "there is no such status; there are WAITING, COMPLETED and TIMED_OUT"));
    }

    /** The states of tokens that read so. */
    List<TokenState> states() {
        return Arrays.stream(TokenState.values())
                .filter(state -> of(state) == this)
                .toList();
    }
}
