package dev.errand.cli.queues;

import dev.errand.Limits;
import dev.errand.OnConflict;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Limits in a few words. */
final class LimitsText {
    private LimitsText() {}

    static String of(Limits limits) {
        List<String> parts = new ArrayList<>();
        if (limits.concurrency() != null) {
            parts.add(limits.concurrency() + " at a time");
        }
        if (limits.concurrencyPerKey() != null) {
            parts.add(limits.concurrencyPerKey() + " per key");
        }
        if (limits.rate() != null) {
            parts.add(limits.rate().toString());
        }
        if (limits.ratePerKey() != null) {
            parts.add(limits.ratePerKey() + " per key");
        }
        if (limits.maxPending() != null) {
            parts.add("%,d pending".formatted(limits.maxPending()));
        }
        if (limits.onConflict() != OnConflict.WAIT) {
            parts.add(limits.onConflict().name().toLowerCase(Locale.ROOT).replace('_', ' '));
        }
        return parts.isEmpty() ? "none" : String.join(", ", parts);
    }
}
