package dev.errand.cli.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;

/** Points in time as people type them, on a November evening in Vienna. */
class TimesTest {
    private final Times times = new Times(Instant.parse("2026-11-20T18:00:00Z"), ZoneId.of("Europe/Vienna"));

    @Test
    void aTimeOfDayIsTheNextOneAhead() {
        assertThat(times.ahead("19:30")).isEqualTo("2026-11-20T18:30:00Z");
        assertThat(times.ahead("18:30")).isEqualTo("2026-11-21T17:30:00Z");
    }

    @Test
    void aTimeOfDayIsTheLastOneGoneBy() {
        assertThat(times.ago("18:30")).isEqualTo("2026-11-20T17:30:00Z");
        assertThat(times.ago("19:30")).isEqualTo("2026-11-19T18:30:00Z");
    }

    @Test
    void aDurationGoneByCountsBack() {
        assertThat(times.ago("2h")).isEqualTo("2026-11-20T16:00:00Z");
    }

    @Test
    void datesAreMeantInThisZoneUnlessTheyNameOne() {
        assertThat(times.ahead("2026-12-24")).isEqualTo("2026-12-23T23:00:00Z");
        assertThat(times.ahead("2026-12-24T18:30")).isEqualTo("2026-12-24T17:30:00Z");
        assertThat(times.ahead("2026-12-24 18:30")).isEqualTo("2026-12-24T17:30:00Z");
        assertThat(times.ahead("2026-12-24T18:30:00Z")).isEqualTo("2026-12-24T18:30:00Z");
        assertThat(times.ahead("2026-12-24T18:30:00-05:00")).isEqualTo("2026-12-24T23:30:00Z");
    }

    @Test
    void aTimeWithoutAZoneIsAnInstantOfThisMachines() { // case 86
        Times utc = new Times(Instant.parse("2026-11-20T18:00:00Z"), ZoneId.of("UTC"));
        assertThat(utc.ahead("2026-12-24T18:30")).isEqualTo("2026-12-24T18:30:00Z");
    }

    @Test
    void whatIsNoTimeIsRefusedWithExamples() {
        assertThatThrownBy(() -> times.ahead("tomorrow"))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("'tomorrow' is no point in time")
                .hasMessageContaining("18:30");
        assertThatThrownBy(() -> times.ahead("2026-02-30")).isInstanceOf(UsageException.class);
    }

    @Test
    void shortDurationsKeepTheirMillisecondsAndLongOnesDoNot() {
        assertThat(Times.rounded(Duration.ofMillis(1234))).isEqualTo("1s234ms");
        assertThat(Times.rounded(Duration.ofMillis(61_234))).isEqualTo("1m1s");
    }
}
