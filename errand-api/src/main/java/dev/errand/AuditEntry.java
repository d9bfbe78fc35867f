package dev.errand;

import java.time.Instant;
import java.util.Map;
import java.util.Objects;

/**
 * A change that somebody made.
 *
 * @param id of the entry, unique for ever; later ones are greater
 * @param at when
 * @param who the name of the key that was shown, or whose owner signed the token that was
 * @param key its id; empty where a server asks for none
 * @param role of the key
 * @param token whether a token was shown, not the key itself
 * @param action what was asked: method and path, with names in braces for what differs from call to call
 * @param subject what stood there, by these names: {@code run} and its id
 * @param from the address from which it came
 */
public record AuditEntry(
        String id,
        Instant at,
        String who,
        String key,
        Role role,
        boolean token,
        String action,
        Map<String, String> subject,
        String from) {
    private static final String PREFIX = "audit_";

    public AuditEntry {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(at, "at");
        subject = Map.copyOf(subject);
    }

    /** A new id. Any thread. */
    public static String nextId(Instant now) {
        return PREFIX + RunId.next(now).toString().substring("run_".length());
    }
}
