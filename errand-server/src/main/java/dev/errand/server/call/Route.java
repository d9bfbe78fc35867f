package dev.errand.server.call;

import dev.errand.Role;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What an endpoint is asked by: {@code Route.post("/api/v1/runs/{run}/reschedule").by(Role.OPERATOR)}. Immutable; each method returns a changed
 * copy.
 *
 * @param method in capitals
 * @param path segments between slashes; one in braces stands for any text, which {@link Call#parameter} gives
 * @param role who may ask; null for everybody, without a key
 * @param largestBody how many bytes a body may have; null for as many as the server takes
 * @param tokens whether they may ask too who show no key but a token that somebody with a key gave them; see {@link #alsoTokens()}
 */
public record Route(
        String method,
        String path,
        @Nullable Role role,
        @Nullable Long largestBody,
        boolean tokens) {
    private static final Set<String> TRIGGERS = Set.of("/api/v1/tasks/{task}/trigger", "/api/v3/batches");

    public static Route get(String path) {
        return new Route("GET", path, Role.VIEWER, null, false);
    }

    public static Route post(String path) {
        return new Route("POST", path, Role.OPERATOR, null, false);
    }

    public static Route put(String path) {
        return new Route("PUT", path, Role.OPERATOR, null, false);
    }

    public static Route delete(String path) {
        return new Route("DELETE", path, Role.OPERATOR, null, false);
    }

    /** Asked by those who have this role. Unless it says so, to look takes a viewer, and all else an operator. */
    public Route by(Role role) {
        return new Route(method, path, role, largestBody, tokens);
    }

    /** Asked by everybody. */
    public Route open() {
        return new Route(method, path, null, largestBody, tokens);
    }

    /** With bodies of at most so many bytes. */
    public Route body(long largest) {
        return new Route(method, path, role, largest, tokens);
    }

    /**
     * Asked also by those who show a token. What they may it says, not a role, so the endpoint has to ask {@link Caller#require} as soon as it
     * knows what is asked for.
     */
    public Route alsoTokens() {
        return new Route(method, path, role, largestBody, true);
    }

    /** Whether runs are made by it, for which a token for one use is spent. */
    public boolean triggers() {
        return TRIGGERS.contains(path);
    }

    /** The parts of the path between slashes. */
    public List<String> segments() {
        return List.of(path.substring(1).split("/", -1));
    }
}
