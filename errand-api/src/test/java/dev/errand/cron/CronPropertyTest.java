package dev.errand.cron;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.zone.ZoneOffsetTransition;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Random expressions in many zones over thirty years, against {@link SlowCron}: every change of clocks, and days between them; before a
 * release each day, but for expressions with seconds.
 */
class CronPropertyTest {
    private static final boolean FULL = Integer.getInteger("errand.kills", 5) >= 100;
    private static final long SEED = Long.getLong("errand.seed", FULL ? System.nanoTime() : 20_261_121);
    private static final int ZONES = 50;
    private static final int EXPRESSIONS = FULL ? 4 : 6;
    private static final int DAYS = 30;
    private static final Instant BEGIN = Instant.parse("2005-01-01T00:00:00Z");
    private static final Instant END = Instant.parse("2035-01-01T00:00:00Z");
    private static final int DAY = 86_400;
    /** Clocks that jump by half an hour or two hours, to winter instead of summer, over a whole day, or that politics move. */
    private static final List<String> ODD = List.of(
            "Australia/Lord_Howe",
            "Antarctica/Troll",
            "Africa/Casablanca",
            "Pacific/Apia",
            "Asia/Gaza",
            "America/New_York",
            "Europe/Dublin",
            "Asia/Pyongyang");

    private final Random random = new Random(SEED);

    @Test
    void firesWhenTheSlowOneDoes() {
        RandomCron crons = new RandomCron(random);
        Set<String> kinds = new TreeSet<>();
        long compared = 0;
        for (String name : zones()) {
            ZoneId zone = ZoneId.of(name);
            List<Instant> days = days(zone);
            for (int j = 0; j < EXPRESSIONS; j++) {
                SlowCron slow = next(crons);
                kinds.addAll(kinds(slow));
                for (Instant begin : FULL && !slow.withSeconds() ? years() : days) {
                    Instant end = begin.plusSeconds(FULL && !slow.withSeconds() ? 365L * DAY : DAY);
                    compared += compare(slow, begin, end, zone);
                }
            }
        }
        assertThat(compared).isGreaterThan(10_000);
        assertThat(kinds).containsExactly("#", ",", "-", "/", "@", "L", "L-", "nL", "name", "seconds");
    }

    /** Answers how many firings were compared. */
    private static int compare(SlowCron slow, Instant begin, Instant end, ZoneId zone) {
        Cron cron = parse(slow);
        List<Instant> expected = slow.within(begin, end, zone);
        assertThat(within(cron, begin, end, zone))
                .as("%s in %s from %s, seed %d", slow, zone, begin, SEED)
                .isEqualTo(expected);
        return expected.size();
    }

    private static Cron parse(SlowCron slow) {
        return slow.withSeconds() ? Cron.parseWithSeconds(slow.expression()) : Cron.parse(slow.expression());
    }

    /** Those that never fire are refused. */
    private static SlowCron next(RandomCron crons) {
        SlowCron slow = crons.next();
        while (!slow.everFires()) {
            SlowCron never = slow;
            assertThatIllegalArgumentException().isThrownBy(() -> parse(never)).withMessageContaining("never fires");
            slow = crons.next();
        }
        return slow;
    }

    private List<String> zones() {
        List<String> all = new ArrayList<>(new TreeSet<>(ZoneId.getAvailableZoneIds()));
        all.removeAll(ODD);
        Collections.shuffle(all, random);
        List<String> zones = new ArrayList<>(ODD);
        zones.addAll(all.subList(0, ZONES - ODD.size()));
        return zones;
    }

    /** What an expression is made of, so that a test sees that all of it came. */
    private static Set<String> kinds(SlowCron slow) {
        Map<String, String> patterns = Map.of(
                "@", "@.*",
                "L", ".*( |,)L( |,).*",
                "L-", ".*L-.*",
                "nL", ".*\\wL(,.*|$)",
                "#", ".*#.*",
                "/", ".*/.*",
                "-", ".*\\d-\\d.*",
                ",", ".*\\d,\\d.*",
                "name", "[^@]*(?i:mon|feb|aug|fri).*");
        Set<String> kinds = new TreeSet<>();
        patterns.forEach((kind, pattern) -> {
            if (slow.expression().matches(pattern)) {
                kinds.add(kind);
            }
        });
        if (slow.withSeconds()) {
            kinds.add("seconds");
        }
        return kinds;
    }

    private static List<Instant> years() {
        return Stream.iterate(BEGIN, begin -> begin.isBefore(END), begin -> begin.plusSeconds(365L * DAY))
                .toList();
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
        for (String expression : List.of(
                "30 2 L * *",
                "0 2 29 2 *",
                "15 3 * 3,10 SUN",
                "0 0 1-7/3 * MON",
                "0 12 L-2 FEB *",
                "30 2 * MAR SUNL")) {
            assertThat(within(Cron.parse(expression), BEGIN, END, zone))
                    .as(expression)
                    .isEqualTo(new SlowCron(expression, false).within(BEGIN, END, zone));
        }
    }

    @Test
    void theSlowOneIsRightWhereItCanBeSeen() {
        assertThat(new SlowCron("30 2 * * *", false)
                        .within(
                                Instant.parse("2026-03-08T00:00:00Z"),
                                Instant.parse("2026-03-09T00:00:00Z"),
                                ZoneId.of("America/New_York")))
                .containsExactly(ZonedDateTime.of(2026, 3, 8, 7, 30, 0, 0, ZoneOffset.UTC)
                        .toInstant());
    }
}
