package dev.errand.server.call;

import dev.errand.Role;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Who calls, as far as the server knows: somebody with a key, or with a token from somebody with a key.
 *
 * @param name for people: of the key
 * @param role of the key; who has a token may at most what the key may
 * @param id of the key; empty if there is none
 * @param token what the token says that was shown; null for who shows the key itself
 * @param granter gives tokens to give away; null if there is none
 */
public record Caller(
        String name,
        Role role,
        String id,
        @Nullable Token token,
        @Nullable Granter granter) {
    /**
     * A token that was shown.
     *
     * @param skipped columns that streams of runs leave out for it
     * @param use null for one that is good for any number, or if nothing is done that counts
     */
    public record Token(
            Scopes scopes, List<String> skipped, @Nullable OneUse use) {}

    /** Makes tokens. */
    @FunctionalInterface
    public interface Granter {
        /** Headers with a token of that life and those scopes. */
        Map<String, String> headers(Duration life, List<String> scopes);
    }

    /** Somebody with a key who has nothing to give away. */
    public Caller(String name, Role role) {
        this(name, role, "", null, null);
    }

    /**
     * Whether they may do that: look with the role of a viewer, all else with that of an operator, and {@code admin} with that of an administrator;
     * with a token if its scopes cover it besides.
     *
     * @param action read, write, trigger, batchTrigger or admin
     * @param resource what kind of thing it is done to: runs, tasks, tags, batch, waitpoints, …
     * @param id which of them; empty for all
     */
    public boolean may(String action, String resource, String id) {
        return mayAct(action) && (token == null || token.scopes().cover(action, resource, id));
    }

    /** Whether the role of the key suffices for such actions at all. */
    public boolean mayAct(String action) {
        return role.includes(
                switch (action) {
                    case "read" -> Role.VIEWER;
                    case "admin" -> Role.ADMIN;
                    default -> Role.OPERATOR;
                });
    }

    /**
     * Lets them pass who {@link #may}.
     *
     * @throws Problem 403 for others
     */
    public void require(String action, String resource, String id) {
        if (!may(action, resource, id)) {
            throw forbidden(action, resource, id);
        }
    }

    /** Columns that streams of runs leave out for them, besides those they want left out. */
    public List<String> skipped() {
        return token == null ? List.of() : token.skipped();
    }

    /**
     * An answer with a token for the caller to give away, by which others may do what the scopes say.
     *
     * @param life how long the token is good for
     * @param scopes {@code read:runs:run_1}, {@code write:waitpoints:waitpoint_1}
     */
    public Answer granting(Answer answer, Duration life, String... scopes) {
        if (granter == null) {
            return answer;
        }
        Answer granting = answer;
        for (Map.Entry<String, String> header :
                granter.headers(life, List.of(scopes)).entrySet()) {
            granting = granting.header(header.getKey(), header.getValue());
        }
        return granting;
    }

    /** 403: what they would have to be allowed. */
    public static Problem forbidden(String action, String resource, String id) {
        return Problem.of(
                403, "This takes the permission %s:%s%s".formatted(action, resource, id.isEmpty() ? "" : ":" + id));
    }
}
