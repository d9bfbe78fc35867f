package dev.errand;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DurationsTest {
    @ParameterizedTest
    @CsvSource({
        "250ms, PT0.25S",
        "30s, PT30S",
        "5m, PT5M",
        "1h52m18s, PT1H52M18S",
        "2d, PT48H",
        "1w, PT168H",
        "90, PT90S",
        "0, PT0S",
        "PT1M, PT1M",
        "' 5s ', PT5S"
    })
    void aDurationIsReadAsPeopleWriteIt(String text, Duration expected) {
        assertThat(Durations.parse(text)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "soon", "-5s", "5 s", "5sm", "s", "1.5h", "PTx", "9999999999999s"})
    void whatIsNoDurationIsRefusedWithAnExample(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Durations.parse(text))
                .withMessageContaining("'" + text + "' is not a duration")
                .withMessageContaining("1h52m18s");
    }

    @ParameterizedTest
    @CsvSource({"PT0.25S, 250ms", "PT1H52M18S, 1h52m18s", "PT0S, 0s", "PT49H, 2d1h", "PT0.0005S, 0s", "PT-5S, -5s"})
    void aDurationPrintsAsPeopleWriteIt(Duration duration, String expected) {
        assertThat(Durations.print(duration)).isEqualTo(expected);
    }

    @Test
    void whatWasPrintedIsReadBack() {
        Duration duration =
                Duration.ofDays(3).plusHours(4).plusMinutes(5).plusSeconds(6).plusMillis(7);
        assertThat(Durations.parse(Durations.print(duration))).isEqualTo(duration);
    }
}
