package dev.errand.server.call;

import java.util.List;

/**
 * What a token allows: scopes such as {@code read:runs:run_1}, an action, what kind of thing it may be done to, and which of them. A shorter one
 * covers all that are longer; {@code admin} covers everything. What stands behind the second colon is the id, with any colons of its own.
 *
 * @param texts as the token says them
 */
public record Scopes(List<String> texts) {
    private static final String ALL = "admin";

    public Scopes {
        texts = List.copyOf(texts);
    }

    /** What a scope is about first. */
    public static String action(String scope) {
        return scope.split(":", 2)[0];
    }

    /**
     * Whether that is allowed.
     *
     * @param id empty for all of that kind
     */
    public boolean cover(String action, String resource, String id) {
        return texts.stream().anyMatch(scope -> scope.equals(ALL) || covers(scope, action, resource, id));
    }

    private static boolean covers(String scope, String action, String resource, String id) {
        String[] parts = scope.split(":", 3);
        return parts[0].equals(action)
                && (parts.length < 2 || parts[1].equals(resource))
                && (parts.length < 3 || (!id.isEmpty() && parts[2].equals(id)));
    }
}
