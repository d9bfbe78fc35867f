package dev.errand.server.wire;

import dev.errand.server.call.Query;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * When what is listed was created.
 *
 * @param from not before; null for since ever
 * @param until before this; null for until now
 */
public record CreatedRange(@Nullable Instant from, @Nullable Instant until) {
    private static final String FROM = "filter[createdAt][from]";
    private static final String TO = "filter[createdAt][to]";
    private static final String PERIOD = "filter[createdAt][period]";

    /** All that a query may say of it. */
    public static final Set<String> NAMES = Set.of(FROM, TO, PERIOD);

    /** @param now from which a period counts back */
    public static CreatedRange read(Query asked, Instant now) {
        Instant from = asked.read(FROM, WireTime::instant);
        Duration period = asked.read(PERIOD, WireTime::duration);
        Instant to = asked.read(TO, WireTime::instant);
        return new CreatedRange(
                from == null && period != null ? now.minus(period) : from,
                // Inclusive, to the millisecond that clients count in.
                to == null ? null : to.plusMillis(1));
    }
}
