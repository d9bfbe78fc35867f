package dev.errand;

import java.net.URI;
import java.time.Instant;
import java.util.Locale;
import java.util.Objects;

/**
 * Who is told of events over HTTP: each that passes the filter is posted there, signed with the target's secret.
 *
 * @param id unique for ever: {@code wht_} and 16 letters and digits
 * @param url {@code http://} or {@code https://}, at most 2,000 characters, without a user and a fragment
 */
public record WebhookTarget(String id, URI url, WebhookFilter filter, Instant createdAt, WebhookHealth health) {
    private static final int LONGEST_URL = 2_000;

    public WebhookTarget {
        Objects.requireNonNull(filter, "filter");
        Objects.requireNonNull(health, "health");
        requireUrl(url);
    }

    /**
     * Refuses what nothing can be posted to.
     *
     * @throws IllegalArgumentException what is needed
     */
    public static void requireUrl(URI url) {
        String scheme = url.getScheme() == null ? "" : url.getScheme().toLowerCase(Locale.ROOT);
        boolean fits = (scheme.equals("http") || scheme.equals("https"))
                && url.getHost() != null
                && url.getRawUserInfo() == null
                && url.getRawFragment() == null
                && url.toString().length() <= LONGEST_URL;
        if (!fits) {
            throw new IllegalArgumentException(
                    "an address is needed such as https://example.org/hook, of at most %,d characters, without a user and a fragment"
                            .formatted(LONGEST_URL));
        }
    }

    /** Whether it is told of events. */
    public boolean isEnabled() {
        return health.disabledAt() == null;
    }
}
