package dev.errand;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RateTest {
    @Test
    void isReadAndPrinted() {
        assertThat(Rate.parse("100/1m")).isEqualTo(Rate.of(100, Duration.ofMinutes(1)));
        assertThat(Rate.parse(" 5/250ms:2 ")).isEqualTo(new Rate(5, Duration.ofMillis(250), 2));
        assertThat(Rate.parse(new Rate(5, Duration.ofMillis(250), 2).toString()))
                .isEqualTo(Rate.parse("5/250ms:2"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"often", "", "100", "100/", "/1m", "100:10/1m", "100/1m:", "-1/1m", "1.5/1m", "9999999999/1m"})
    void whatIsNoneIsNamed(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Rate.parse(text))
                .withMessage("'%s' is no rate; one looks like 100/1m, or 100/1m:10", text);
    }

    @ParameterizedTest
    @CsvSource({"0/1m, starts in a period", "1/soon, soon", "1/40d, 31 days", "1/1m:0, burst", "100000/1ms, no limit"})
    void whatIsOutOfBoundsSaysWhichBound(String text, String why) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Rate.parse(text))
                .withMessageStartingWith("'%s' is no rate: ", text)
                .withMessageContaining(why);
    }
}
