package dev.errand;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a webhook is to be. Immutable; each method returns a changed copy.
 *
 * @param name for people, 1 to 128 characters; null for that of its task
 * @param tolerance how far the time at which a delivery was sent may be from ours, one second to a day; null for 5 minutes
 * @param filter which deliveries become runs: for each member of the body, dots before members of members, the values it may have, of which one
 *     may end with {@code *}: {@code type -> [invoice.*]}; all members must fit. Empty for all
 * @param handshake the member of a body by which the sender asks whether somebody is there: a delivery that has it, with text, is answered with it,
 *     and becomes no run; null for none
 * @param secret that the sender has given, {@code whsec_} and 24 to 64 bytes in Base64; null for a new one to give to the sender
 */
public record WebhookOptions(
        @Nullable String name,
        @Nullable Duration tolerance,
        Map<String, List<String>> filter,
        @Nullable String handshake,
        @Nullable String secret) {
    /** Unless said otherwise. */
    public static final Duration TOLERANCE = Duration.ofMinutes(5);

    private static final int LONGEST = 256;
    private static final int LONGEST_NAME = 128;
    private static final int MOST_MEMBERS = 10;
    private static final int MOST_VALUES = 100;
    private static final Duration LEAST = Duration.ofSeconds(1);
    private static final Duration MOST = Duration.ofDays(1);
    private static final WebhookOptions NONE = new WebhookOptions(null, null, Map.of(), null, null);

    public WebhookOptions {
        requireText(name, LONGEST_NAME, "the name of a webhook");
        requireText(handshake, LONGEST_NAME, "the member of a handshake");
        if (tolerance != null && (tolerance.compareTo(LEAST) < 0 || tolerance.compareTo(MOST) > 0)) {
            throw new IllegalArgumentException(
                    "the tolerance is %s; it is 1s to 1d".formatted(Durations.print(tolerance)));
        }
        filter = copy(filter);
    }

    private static Map<String, List<String>> copy(Map<String, List<String>> filter) {
        if (filter.size() > MOST_MEMBERS) {
            throw new IllegalArgumentException("a filter has up to %d members".formatted(MOST_MEMBERS));
        }
        Map<String, List<String>> copy = new LinkedHashMap<>();
        filter.forEach((member, values) -> {
            requireText(member, LONGEST, "a member of a filter");
            if (values.isEmpty() || values.size() > MOST_VALUES) {
                throw new IllegalArgumentException(
                        "of a member of a filter 1 to %d values are said".formatted(MOST_VALUES));
            }
            values.forEach(value -> requireText(value, LONGEST, "a value of a filter"));
            copy.put(member, List.copyOf(values));
        });
        return Map.copyOf(copy);
    }

    private static void requireText(@Nullable String text, int longest, String what) {
        if (text != null && (text.isBlank() || text.length() > longest || text.indexOf('\0') >= 0)) {
            throw new IllegalArgumentException("%s has 1 to %d characters, none of them 0".formatted(what, longest));
        }
    }

    /** All deliveries, five minutes early or late, under a new secret. */
    public static WebhookOptions none() {
        return NONE;
    }

    public WebhookOptions name(String name) {
        return new WebhookOptions(name, tolerance, filter, handshake, secret);
    }

    public WebhookOptions tolerance(Duration tolerance) {
        return new WebhookOptions(name, tolerance, filter, handshake, secret);
    }

    /** Only deliveries of which this member has one of these values; besides what is said of others. */
    public WebhookOptions only(String member, String... values) {
        Map<String, List<String>> more = new LinkedHashMap<>(filter);
        more.put(member, List.of(values));
        return new WebhookOptions(name, tolerance, more, handshake, secret);
    }

    public WebhookOptions handshake(String member) {
        return new WebhookOptions(name, tolerance, filter, member, secret);
    }

    /** The one that the sender has given. */
    public WebhookOptions secret(String secret) {
        return new WebhookOptions(name, tolerance, filter, handshake, secret);
    }

    /** Without the secret, so that it comes into no log. */
    @Override
    public String toString() {
        return "WebhookOptions[name=%s, tolerance=%s, filter=%s, handshake=%s]"
                .formatted(name, tolerance, filter, handshake);
    }
}
