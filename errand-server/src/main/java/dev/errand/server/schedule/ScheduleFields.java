package dev.errand.server.schedule;

import dev.errand.Schedule;
import dev.errand.Timing;
import dev.errand.cron.Cron;
import dev.errand.cron.DstPolicy;
import dev.errand.server.call.Asking;
import dev.errand.server.call.Fields;
import dev.errand.server.call.Problem;
import dev.errand.server.wire.ScheduleGenerator;
import dev.errand.server.wire.WireTime;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A schedule as clients write it. They say its times, zone and window, and what they call it; what else a schedule may have stays as it is.
 *
 * @param cron not read yet: what stands in the place of its times may be said again as it was told
 * @param timezone null for UTC
 * @param externalId null for nothing
 */
record ScheduleFields(
        String task,
        String cron,
        @Nullable String timezone,
        Duration window,
        @Nullable String externalId) {
    /** What one is made by that has no id yet. */
    static final String KEY = "deduplicationKey";

    private static final int LONGEST = 2_048;
    private static final Duration WIDEST = Duration.ofDays(1);
    private static final Set<String> ZONES = Set.copyOf(ZoneId.getAvailableZoneIds());

    /** @throws Problem 400 for what is missing or of the wrong type, 422 for what is too long, and for a window that none can have */
    static ScheduleFields read(Fields body) {
        String task = body.someText("task");
        String cron = body.someText("cron");
        String timezone = body.text("timezone");
        String externalId = body.text("externalId");
        String window = body.text("window");
        for (String name : List.of("task", "cron", "timezone", "externalId", KEY)) {
            refuseUnfit(name, body.text(name));
        }
        return new ScheduleFields(
                task, cron.strip(), timezone, window == null ? Duration.ZERO : window(window), externalId);
    }

    /** Lists show all of it, and what is not known is told, and compared to all that is. */
    private static void refuseUnfit(String name, @Nullable String text) {
        if (text != null && text.codePoints().anyMatch(c -> Character.getType(c) == Character.SURROGATE)) {
            throw Problem.malformed(name, "it has half of a character");
        }
        if (text != null && text.length() > LONGEST) {
            throw Problem.impossible(name, "%s: at most %,d characters are taken".formatted(name, LONGEST));
        }
    }

    private static Duration window(String text) {
        if (!WireTime.isDuration(text) || WireTime.duration(text).compareTo(WIDEST) > 0) {
            throw Problem.impossible("window", "window: a duration from 0m to 24h is needed, such as 30m");
        }
        return WireTime.duration(text);
    }

    /** @throws Problem 422 for times and zones that there are none of */
    Schedule fresh() {
        return with(Schedule.cron(expression()));
    }

    /** The one that is there, changed to what is said. */
    Schedule changed(Schedule there) {
        boolean same = ScheduleGenerator.expression(there).equals(cron);
        return with(same ? there : there.timing(new Timing.Crons(List.of(expression()), clocks(there))));
    }

    private Cron expression() {
        return Asking.orImpossible("cron", () -> Cron.parse(cron));
    }

    private static DstPolicy clocks(Schedule there) {
        return there.timing() instanceof Timing.Crons crons ? crons.clocks() : DstPolicy.DEFAULT;
    }

    private Schedule with(Schedule times) {
        String zone = timezone == null ? "UTC" : timezone;
        Schedule zoned = Asking.orImpossible("timezone", () -> times.zone(zone));
        if (!ZONES.contains(zoned.zone().getId())) {
            throw Problem.impossible("timezone", "timezone: a name such as Europe/Berlin is needed, not an offset");
        }
        return zoned.spread(window).externalId(externalId);
    }
}
