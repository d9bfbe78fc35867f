package dev.errand.engine;

import dev.errand.store.WebhookStore.Sealed;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Secrets of webhooks, as Standard Webhooks has them, and how long they hold. */
final class WebhookSecret {
    /** Of those that hold, the ones before the newest included. */
    private static final int MOST = 5;

    private static final String PREFIX = "whsec_";
    private static final int SHORTEST = 24;
    private static final int LONGEST = 64;
    private static final int USUAL = 32;
    private static final int LONGEST_SEALED = 1_000;
    private static final SecureRandom RANDOM = new SecureRandom();

    private WebhookSecret() {}

    /**
     * That one, or one that nobody has.
     *
     * @throws IllegalArgumentException if it is none
     */
    static String orNew(@Nullable String secret) {
        if (secret == null) {
            byte[] key = new byte[USUAL];
            RANDOM.nextBytes(key);
            return PREFIX + Base64.getEncoder().encodeToString(key);
        }
        int length = secret.startsWith(PREFIX) ? length(secret.substring(PREFIX.length())) : 0;
        if (length < SHORTEST || length > LONGEST) {
            throw new IllegalArgumentException(
                    "the secret of a webhook is whsec_ and %d to %d bytes in Base64".formatted(SHORTEST, LONGEST));
        }
        return secret;
    }

    private static int length(String base64) {
        try {
            return Base64.getDecoder().decode(base64).length;
        } catch (IllegalArgumentException e) {
            return 0;
        }
    }

    /** As it is stored. */
    static Sealed sealed(String secret, UnaryOperator<String> seal) {
        String sealed = seal.apply(secret);
        boolean fits = !sealed.isEmpty()
                && sealed.length() <= LONGEST_SEALED
                && sealed.chars().allMatch(c -> c > ' ' && c <= '~');
        if (!fits || sealed.contains(secret)) {
            throw new IllegalArgumentException(
                    "what is sealed has 1 to %,d visible characters of ASCII, and the secret is not among them"
                            .formatted(LONGEST_SEALED));
        }
        return new Sealed(sealed, null);
    }

    /** The new one, and those before that hold on for a while, the newest first. */
    static List<Sealed> rotated(List<Sealed> before, Sealed next, Instant now, Duration overlap) {
        List<Sealed> all = new ArrayList<>(List.of(next));
        for (Sealed each : before) {
            Instant until = each.until();
            Instant end = now.plus(overlap);
            Sealed ending = new Sealed(each.sealed(), until == null || end.isBefore(until) ? end : until);
            if (holds(ending, now) && all.size() < MOST) {
                all.add(ending);
            }
        }
        return all;
    }

    static List<String> holding(List<Sealed> secrets, Instant now) {
        return secrets.stream()
                .filter(each -> holds(each, now))
                .map(Sealed::sealed)
                .toList();
    }

    private static boolean holds(Sealed secret, Instant now) {
        Instant until = secret.until();
        return until == null || until.isAfter(now);
    }
}
