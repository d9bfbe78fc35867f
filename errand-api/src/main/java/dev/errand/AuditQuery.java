package dev.errand;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Which entries of the audit log. Immutable; each method returns a changed copy. {@code AuditQuery.all().key("key_01…").limit(10)}.
 *
 * @param key only what was done with this key, by its id; null for all
 * @param from not before; null for since ever
 * @param until before this; null for until now
 * @param limit entries on a page, from 1 to 1000
 * @param cursor where the page before ended; null for the first
 */
public record AuditQuery(
        @Nullable String key,
        @Nullable Instant from,
        @Nullable Instant until,
        int limit,
        @Nullable String cursor) {
    private static final AuditQuery ALL = new AuditQuery(null, null, null, 100, null);

    public AuditQuery {
        if (limit < 1 || limit > 1_000) {
            throw new IllegalArgumentException("limit is " + limit + "; a page has 1 to 1000 entries");
        }
    }

    /** All that is kept, a hundred to a page. */
    public static AuditQuery all() {
        return ALL;
    }

    public AuditQuery key(@Nullable String key) {
        return new AuditQuery(key, from, until, limit, cursor);
    }

    public AuditQuery from(@Nullable Instant from) {
        return new AuditQuery(key, from, until, limit, cursor);
    }

    public AuditQuery until(@Nullable Instant until) {
        return new AuditQuery(key, from, until, limit, cursor);
    }

    public AuditQuery limit(int limit) {
        return new AuditQuery(key, from, until, limit, cursor);
    }

    /** The page after the one that gave this cursor as its {@link Page#next()}; the first for null. */
    public AuditQuery after(@Nullable String cursor) {
        return new AuditQuery(key, from, until, limit, cursor);
    }
}
