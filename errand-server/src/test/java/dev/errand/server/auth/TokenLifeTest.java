package dev.errand.server.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TokenLifeTest {
    private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");

    @ParameterizedTest
    @CsvSource({
        "15m, PT15M",
        "1h, PT1H",
        "1.5 hours, PT1H30M",
        "2 Days, P2D",
        "30 secs, PT30S",
        "2w, P14D",
        "1 year, P365D",
        "+ 1 min from now, PT1M"
    })
    void aLifeIsReadAsClientsSayIt(String text, Duration life) {
        assertThat(TokenLife.end(text, NOW)).isEqualTo(NOW.plus(life));
    }

    @ParameterizedTest
    @CsvSource({"1893456000, 2030-01-01T00:00:00Z", "1893456000.7, 2030-01-01T00:00:00Z"})
    void aNumberIsSecondsSince1970(String text, Instant end) {
        assertThat(TokenLife.end(text, NOW)).isEqualTo(end);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "soon", "-5m", "5m ago", "1 fortnight", "m", "15mm", "999999999999999m", "1e9", "-1"})
    void whatCannotBeReadIsRefused(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> TokenLife.end(text, NOW));
    }
}
