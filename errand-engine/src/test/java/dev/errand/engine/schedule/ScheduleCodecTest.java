package dev.errand.engine.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Schedule;
import dev.errand.Timing;
import dev.errand.engine.json.Codec;
import dev.errand.store.ScheduleEntry;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScheduleCodecTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant FIRST = Instant.parse("0001-01-01T00:00:00Z");
    private static final Instant LAST = Instant.parse("9999-12-31T23:59:59.999999Z");
    private static final Duration DAY = Duration.ofDays(1);

    private final ScheduleCodec codec = new ScheduleCodec(new Codec());

    /** What is stored of a schedule whose years were replaced. */
    private Schedule read(Schedule schedule, String... replacements) {
        String definition = codec.definition(schedule);
        for (int i = 0; i < replacements.length; i += 2) {
            assertThat(definition).contains(replacements[i]);
            definition = definition.replace(replacements[i], replacements[i + 1]);
        }
        ScheduleEntry identity = new ScheduleEntry("id", "key", "task", false, "", "", null, 1);
        return codec.read(codec.entry(identity, definition, schedule, Progress.begin(NOW, NOW), NOW))
                .schedule();
    }

    @ParameterizedTest
    @CsvSource({
        "+10000-01-01, +12000-01-01",
        "+12000-01-01, +12000-01-01",
        "-0005-01-01, -0003-01-01",
        "-0005-01-01, +1000000000-12-31"
    })
    void timesBeyondAllCalendarsAreReadAsTheirEdges(String start, String end) {
        Schedule within = Schedule.every(DAY).start(NOW).end(NOW.plus(DAY.multipliedBy(400)));
        Schedule read = read(within, "2026-01-01", start, "2027-02-05", end);
        assertThat(read.start()).isBetween(FIRST, LAST);
        assertThat(read.end()).isBetween(FIRST, LAST).isAfter(read.start());
        assertThat(read.next(NOW, NOW))
                .matches(next -> next.isEmpty() || next.get().isAfter(NOW));
    }

    @ParameterizedTest
    @CsvSource({"+10000-01-01, 9999-12-31T23:59:59.999999Z", "-1000000000-01-01, 0001-01-01T00:00:00Z"})
    void oneOfThemIsReadSo(String at, Instant read) {
        assertThat(read(Schedule.once(NOW), "2026-01-01", at).timing()).isEqualTo(new Timing.Once(read));
    }
}
