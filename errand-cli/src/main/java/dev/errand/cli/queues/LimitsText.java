package dev.errand.cli.queues;

import dev.errand.Limits;
import dev.errand.OnConflict;
import dev.errand.Rate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Limits in a few words. */
final class LimitsText {
    private LimitsText() {}

    static String of(Limits limits) {
        List<String> parts = new ArrayList<>();
        if (limits.concurrency() != null) {
            parts.add(number(limits.concurrency()) + " at a time");
        }
        if (limits.concurrencyPerKey() != null) {
            parts.add(number(limits.concurrencyPerKey()) + " per key");
        }
        if (limits.rate() != null) {
            parts.add(rate(limits.rate()));
        }
        if (limits.ratePerKey() != null) {
            parts.add(rate(limits.ratePerKey()) + " per key");
        }
        if (limits.maxPending() != null) {
            parts.add(number(limits.maxPending()) + " pending");
        }
        if (limits.onConflict() != OnConflict.WAIT) {
            parts.add(limits.onConflict().name().toLowerCase(Locale.ROOT).replace('_', ' '));
        }
        return parts.isEmpty() ? "none" : String.join(", ", parts);
    }

    private static String number(int limit) {
        return limit >= Limits.UNLIMITED ? "any number" : "%,d".formatted(limit);
    }

    private static String rate(Rate rate) {
        return rate.equals(Rate.UNLIMITED) ? "any rate" : rate.toString();
    }
}
