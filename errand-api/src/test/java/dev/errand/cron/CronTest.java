package dev.errand.cron;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CronTest {
    private static final ZoneId UTC = ZoneId.of("UTC");
    private static final ZoneId NEW_YORK = ZoneId.of("America/New_York");
    private static final ZoneId TOKYO = ZoneId.of("Asia/Tokyo");

    private static List<String> next(Cron cron, String after, ZoneId zone, int count) {
        return cron.next(Instant.parse(after), zone, count).stream()
                .map(Instant::toString)
                .toList();
    }

    private static List<String> next(String expression, String after, ZoneId zone, int count) {
        return next(Cron.parse(expression), after, zone, count);
    }

    // case 163
    @Test
    void timesAreThoseOfTheZone() {
        assertThat(next("0 5 * * *", "2026-03-01T00:00:00Z", TOKYO, 5))
                .containsExactly(
                        "2026-03-01T20:00:00Z",
                        "2026-03-02T20:00:00Z",
                        "2026-03-03T20:00:00Z",
                        "2026-03-04T20:00:00Z",
                        "2026-03-05T20:00:00Z");
    }

    // case 164
    @Test
    void aTimeThatComesTwiceFiresOnceAtTheFirst() {
        assertThat(next("30 1 * * *", "2026-11-01T00:00:00Z", NEW_YORK, 2))
                .containsExactly("2026-11-01T05:30:00Z", "2026-11-02T06:30:00Z");
    }

    // case 165
    @Test
    void lastDaysAreThoseOfTheirMonths() {
        assertThat(next("0 0 L * *", "2027-01-01T00:00:00Z", UTC, 3))
                .containsExactly("2027-01-31T00:00:00Z", "2027-02-28T00:00:00Z", "2027-03-31T00:00:00Z");
        assertThat(next("0 0 * * 1L", "2026-11-01T00:00:00Z", UTC, 1)).containsExactly("2026-11-30T00:00:00Z");
    }

    // case 166
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "61 * * * *|in the field minute, '61': '61' is none; legal are 0 to 59",
                "0 0 1 1 * 2026|'2026' is a field too many; they are minute, hour, day of month, month, day of week",
                "* * * *|it has 4 of 5 fields",
                "\"\"|it has 0 of 5 fields",
                "* 24 * * *|in the field hour",
                "* * 0 * *|in the field day of month, '0'",
                "* * 32 * *|in the field day of month, '32'",
                "* * L-31 * *|'L-31' is none",
                "* * * 13 *|legal are 1 to 12 or JAN to DEC",
                "* * * FOO *|in the field month, 'FOO'",
                "* * * * 8|legal are 0 to 7 or SUN to SAT",
                "* * * * MON#6|'#6' is none; legal are #1 to #5",
                "* * * * L|in the field day of week, 'L'",
                "5-1 * * * *|the range '5-1' ends before it begins",
                "*/0 * * * *|the step '0' is none; legal are 1 to 60",
                "*/ * * * *|the step '' is none",
                "1,,2 * * * *|'' is none",
                "-1 * * * *|in the field minute, '-1'",
                "1-2-3 * * * *|in the field minute, '1-2-3'",
                "? * * * *|in the field minute, '?'",
                "0 0 30 2 *|it never fires: no day is 30 2 *",
                "@often|there is no such alias; there are @annually, @daily, @hourly"
            })
    void whatIsNoExpressionIsRefusedWithItsField(String expression, String why) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Cron.parse(expression))
                .withMessageStartingWith("'" + expression + "' is no cron expression: ")
                .withMessageContaining(why);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "*/15 * * * *|2026-01-01T00:15:00Z",
                "5/20 * * * *|2026-01-01T00:05:00Z",
                "10-40/10 3 * * *|2026-01-01T03:10:00Z",
                "0 0 1,15 * *|2026-01-15T00:00:00Z",
                "0 12 * feb-mar *|2026-02-01T12:00:00Z",
                "0 0 * * Sun|2026-01-04T00:00:00Z",
                "0 0 * * 7|2026-01-04T00:00:00Z",
                "0 0 * * FRI-SUN|2026-01-02T00:00:00Z",
                "0 0 * * 2#1|2026-01-06T00:00:00Z",
                "0 0 * * MON#5|2026-03-30T00:00:00Z",
                "0 0 L-3 * *|2026-01-28T00:00:00Z",
                "0 0 10,L * ?|2026-01-10T00:00:00Z",
                "0 0 29 2 *|2028-02-29T00:00:00Z",
                "0 0 13 * FRI|2026-01-02T00:00:00Z",
                "0 0 */2 * MON|2026-01-05T00:00:00Z",
                "@yearly|2027-01-01T00:00:00Z",
                "@quarterly|2026-04-01T00:00:00Z",
                "@monthly|2026-02-01T00:00:00Z",
                "@weekly|2026-01-04T00:00:00Z",
                "@Daily|2026-01-02T00:00:00Z",
                "@twice-daily|2026-01-01T12:00:00Z",
                "@hourly|2026-01-01T01:00:00Z",
                "@minutely|2026-01-01T00:01:00Z"
            })
    void theGrammarIsThatOfOtherCrons(String expression, String first) {
        assertThat(next(expression, "2026-01-01T00:00:00Z", UTC, 1)).containsExactly(first);
    }

    @Test
    void daysMayHaveToMatchBothFields() {
        assertThat(next(Cron.parse("0 0 13 * FRI").daysMatchBoth(), "2026-01-01T00:00:00Z", UTC, 2))
                .containsExactly("2026-02-13T00:00:00Z", "2026-03-13T00:00:00Z");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Cron.parse("0 0 8 * MON#1").daysMatchBoth())
                .withMessageContaining("never fires");
    }

    @Test
    void secondsAreAFieldOfTheirOwn() {
        assertThat(next(Cron.parseWithSeconds("*/20 59 23 * * *"), "2026-01-01T23:59:20.5Z", UTC, 3))
                .containsExactly("2026-01-01T23:59:40Z", "2026-01-02T23:59:00Z", "2026-01-02T23:59:20Z");
    }

    @Test
    void aTimeThatDoesNotComeFiresLater() {
        assertThat(next("30 2 * * *", "2026-03-08T00:00:00Z", NEW_YORK, 2))
                .containsExactly("2026-03-08T07:30:00Z", "2026-03-09T06:30:00Z");
        assertThat(next("30 2,3 * * *", "2026-03-08T00:00:00Z", NEW_YORK, 2))
                .as("but not twice at the same time")
                .containsExactly("2026-03-08T07:30:00Z", "2026-03-09T06:30:00Z");
    }

    @Test
    void whatFiresEveryHourFollowsElapsedTime() {
        assertThat(next("30 * * * *", "2026-11-01T05:00:00Z", NEW_YORK, 3))
                .containsExactly("2026-11-01T05:30:00Z", "2026-11-01T06:30:00Z", "2026-11-01T07:30:00Z");
        assertThat(next("30 * * * *", "2026-03-08T06:00:00Z", NEW_YORK, 2))
                .containsExactly("2026-03-08T06:30:00Z", "2026-03-08T07:30:00Z");
    }

    @Test
    void otherWaysThroughTheChangeCanBeChosen() {
        Instant spring = Instant.parse("2026-03-08T00:00:00Z");
        Instant autumn = Instant.parse("2026-11-01T00:00:00Z");
        DstPolicy skip = new DstPolicy(DstPolicy.Gap.SKIP, DstPolicy.Overlap.LAST);
        DstPolicy both = new DstPolicy(DstPolicy.Gap.SHIFT, DstPolicy.Overlap.BOTH);
        assertThat(Cron.parse("30 2 * * *").next(spring, NEW_YORK, skip))
                .contains(Instant.parse("2026-03-09T06:30:00Z"));
        assertThat(Cron.parse("30 1 * * *").next(autumn, NEW_YORK, skip))
                .contains(Instant.parse("2026-11-01T06:30:00Z"));
        assertThat(Stream.iterate(
                                autumn,
                                at -> Cron.parse("30 1 * * *")
                                        .next(at, NEW_YORK, both)
                                        .orElseThrow())
                        .skip(1)
                        .limit(3)
                        .map(Instant::toString))
                .containsExactly("2026-11-01T05:30:00Z", "2026-11-01T06:30:00Z", "2026-11-02T06:30:00Z");
    }

    @Test
    void aDayThatDoesNotComeAtAllFiresTheNext() {
        // Samoa went from 29 to 31 December 2011.
        assertThat(next("0 10 30 * *", "2011-12-29T12:00:00Z", ZoneId.of("Pacific/Apia"), 1))
                .containsExactly(LocalDate.of(2011, 12, 31)
                        .atTime(10, 0)
                        .atZone(ZoneId.of("Pacific/Apia"))
                        .toInstant()
                        .toString());
    }
}
