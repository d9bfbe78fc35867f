package dev.errand.cron;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.zone.ZoneOffsetTransition;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Random expressions in many zones over thirty years, against {@link SlowCron}: every change of clocks, and days between them. */
class CronPropertyTest {
    private static final long SEED = Long.getLong("errand.seed", 20_261_121);
    private static final int ZONES = 50;
    private static final int EXPRESSIONS = 2;
    private static final int DAYS = 40;
    private static final Instant BEGIN = Instant.parse("2005-01-01T00:00:00Z");
    private static final Instant END = Instant.parse("2035-01-01T00:00:00Z");
    private static final int DAY = 86_400;

    private final Random random = new Random(SEED);

    @Test
    void firesWhenTheSlowOneDoes() {
        List<String> zones = new ArrayList<>(new TreeSet<>(ZoneId.getAvailableZoneIds()));
        int compared = 0;
        for (int i = 0; i < ZONES; i++) {
            ZoneId zone = ZoneId.of(zones.get(random.nextInt(zones.size())));
            List<Instant> days = days(zone);
            for (int j = 0; j < EXPRESSIONS; j++) {
                SlowCron slow = SlowCron.random(random);
                Cron cron = Cron.parse(slow.expression());
                for (Instant day : days) {
                    Instant end = day.plusSeconds(DAY);
                    List<Instant> expected = slow.within(day, end, zone);
                    assertThat(within(cron, day, end, zone))
                            .as("%s in %s on %s, seed %d", cron, zone, day, SEED)
                            .isEqualTo(expected);
                    compared += expected.size();
                }
            }
        }
        assertThat(compared).isGreaterThan(10_000);
    }

    /** A day around each change of clocks, and some others. */
    private List<Instant> days(ZoneId zone) {
        List<Instant> days = new ArrayList<>();
        ZoneOffsetTransition change = zone.getRules().nextTransition(BEGIN);
        while (change != null && change.getInstant().isBefore(END)) {
            days.add(change.getInstant().minusSeconds(random.nextInt(DAY)));
            change = zone.getRules().nextTransition(change.getInstant());
        }
        while (days.size() < DAYS) {
            days.add(BEGIN.plusSeconds(random.nextLong(END.getEpochSecond() - BEGIN.getEpochSecond())));
        }
        return days;
    }

    private static List<Instant> within(Cron cron, Instant begin, Instant end, ZoneId zone) {
        List<Instant> found = new ArrayList<>();
        Optional<Instant> next = cron.next(begin.minusNanos(1), zone);
        while (next.isPresent() && next.get().isBefore(end)) {
            found.add(next.get());
            next = cron.next(next.get(), zone);
        }
        return found;
    }

    @Test
    void sparseExpressionsFireAsOftenAsTheSlowOneOverThirtyYears() {
        ZoneId zone = ZoneId.of("Europe/Berlin");
        for (String expression : List.of("30 2 L * *", "0 2 29 2 *", "15 3 * 3,10 SUN", "0 0 1-7/3 * MON")) {
            assertThat(within(Cron.parse(expression), BEGIN, END, zone))
                    .as(expression)
                    .isEqualTo(new SlowCron(expression).within(BEGIN, END, zone));
        }
    }

    @Test
    void theSlowOneIsRightWhereItCanBeSeen() {
        assertThat(new SlowCron("30 2 * * *")
                        .within(
                                Instant.parse("2026-03-08T00:00:00Z"),
                                Instant.parse("2026-03-09T00:00:00Z"),
                                ZoneId.of("America/New_York")))
                .containsExactly(ZonedDateTime.of(2026, 3, 8, 7, 30, 0, 0, ZoneOffset.UTC)
                        .toInstant());
    }
}
