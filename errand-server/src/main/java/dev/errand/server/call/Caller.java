package dev.errand.server.call;

import dev.errand.Role;
import java.time.Duration;

/**
 * Who calls, as far as the server knows.
 *
 * @param name for people: of the key
 */
public record Caller(String name, Role role) {
    /**
     * Whether they may do that: look with the role of a viewer, all else with that of an operator, and {@code admin} with that of an administrator.
     *
     * @param action read, write, trigger, batchTrigger or admin
     * @param resource what kind of thing it is done to: runs, tasks, tags, batch, waitpoints, …
     * @param id which of them; empty for all
     */
    public boolean may(String action, String resource, String id) {
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

    /**
     * An answer with a token for the caller to give away, by which others may do what the scopes say. Where the caller's key can sign none it is the
     * answer as it is: so far no key can.
     *
     * @param life how long the token is good for
     * @param scopes {@code read:runs:run_1}, {@code write:waitpoints:waitpoint_1}
     */
    public Answer granting(Answer answer, Duration life, String... scopes) {
        return answer;
    }

    /** 403: what they would have to be allowed. */
    public static Problem forbidden(String action, String resource, String id) {
        return Problem.of(403, "This takes the permission %s:%s%s".formatted(action, resource, id.isEmpty() ? "" : ":" + id));
    }
}
