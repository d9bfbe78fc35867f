package dev.errand.server.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.errand.server.TestToken;
import dev.errand.server.call.Problem;
import dev.errand.server.call.Scopes;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TokenClaimsTest {
    private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");
    private static final long SECOND = NOW.getEpochSecond();
    private static final TestToken TOKEN = TestToken.of("key_1", NOW, "read:runs");

    private static TokenClaims read(TestToken token) {
        return TokenClaims.read(Jwt.read(token.signed("key")).orElseThrow(), NOW);
    }

    private static void isRefused(String claim, @Nullable Object value) {
        assertThatExceptionOfType(Problem.class)
                .as(claim + " " + value)
                .isThrownBy(() -> read(TOKEN.with(claim, value)))
                .satisfies(problem -> assertThat(problem.answer().status()).isEqualTo(401));
    }

    @Test
    void whatItSaysIsRead() {
        TokenClaims claims = read(TOKEN.with("otu", true).with("realtime", Map.of("skipColumns", List.of("payload"))));
        assertThat(claims)
                .isEqualTo(new TokenClaims(
                        "key_1", NOW.plusSeconds(900), new Scopes(List.of("read:runs")), true, List.of("payload")));
        assertThat(read(TOKEN.with("otu", false)).once()).isFalse();
        assertThat(read(TOKEN.with("scopes", null)).scopes().texts()).isEmpty();
        assertThat(read(TOKEN.with("realtime", Map.of())).skipped()).isEmpty();
        assertThat(read(TOKEN.with("aud", List.of("others", "https://api.trigger.dev")))
                        .subject())
                .isEqualTo("key_1");
    }

    @Test
    void whatIsNotMeantForHereIsRefused() {
        for (Object other : new Object[] {"https://id.trigger.dev/", "", 1, List.of("https://id.trigger.dev")}) {
            isRefused("iss", other);
        }
        isRefused("iss", null);
        for (Object other : new Object[] {"others", List.of(), List.of("others"), List.of(List.of()), 7, Map.of()}) {
            isRefused("aud", other);
        }
        isRefused("aud", null);
        for (Object other : new Object[] {false, "true", 1}) {
            isRefused("pub", other);
        }
        isRefused("pub", null);
    }

    @Test
    void itIsGoodUntilItsEndAndNoLonger() {
        assertThat(read(TOKEN.with("exp", SECOND + 1)).expiry()).isEqualTo(NOW.plusSeconds(1));
        assertThat(read(TOKEN.with("exp", SECOND + 0.5)).expiry()).isEqualTo(NOW.plusMillis(500));
        assertThat(read(TOKEN.with("exp", 1e300)).expiry()).isAfter(NOW);
        for (Object end : new Object[] {SECOND, SECOND - 1, 0, -1, -1e300, "" + (SECOND + 60), List.of(), true}) {
            isRefused("exp", end);
        }
        isRefused("exp", null);
    }

    @Test
    void clocksMayBeAMinuteApartWhereItBegins() {
        read(TOKEN.with("nbf", SECOND + 60));
        isRefused("nbf", SECOND + 61);
        isRefused("nbf", "soon");
    }

    @Test
    void whatHasAnotherTypeIsRefusedRatherThanOverlooked() {
        isRefused("otu", "true");
        isRefused("otu", 1);
        isRefused("scopes", "read:runs");
        isRefused("scopes", List.of(1));
        isRefused("scopes", Map.of("read", "runs"));
        isRefused("realtime", Map.of("skipColumns", "payload"));
    }

    @Test
    void whatTheServerSignsItReads() {
        TokenClaims claims =
                new TokenClaims("key_1", NOW.plusSeconds(60), new Scopes(List.of("read")), true, List.of("output"));
        Jwt token = Jwt.read(Jwt.sign(claims.map(NOW), new byte[32])).orElseThrow();
        assertThat(TokenClaims.read(token, NOW)).isEqualTo(claims);
    }
}
