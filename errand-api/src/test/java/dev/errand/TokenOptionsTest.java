package dev.errand;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class TokenOptionsTest {
    private final TokenOptions none = TokenOptions.none();

    @Test
    void optionsAreSaidOneByOne() {
        TokenOptions options = none.name("approval")
                .timeout(Duration.ofHours(8))
                .tags("demo", "boss")
                .idempotencyKey("order-7");
        assertThat(options.name()).isEqualTo("approval");
        assertThat(options.timeout()).isEqualTo(Duration.ofHours(8));
        assertThat(options.tags()).containsExactly("demo", "boss");
        assertThat(options.idempotencyKey()).isEqualTo(IdempotencyKey.of("order-7"));
        assertThat(none.timeout()).isEqualTo(Duration.ofMinutes(10));
    }

    @Test
    void whatMakesNoSenseIsRefused() {
        refused("1 to 256 characters", () -> none.name(" "));
        refused("no NUL", () -> none.name("a\0b"));
        refused("more than zero", () -> none.timeout(Duration.ZERO));
        refused("at most 36,500 days", () -> none.timeout(Duration.ofDays(36_501)));
        refused("at most 10 tags", () -> none.tags("a", ""));
        refused("no NUL", () -> none.tags("a\0b"));
    }

    @Test
    void aTokenTimesOutAfterAWhileOrAtAnInstant() {
        Instant now = Instant.parse("2026-11-23T12:00:00Z");
        Instant later = now.plusNanos(1_000);
        assertThat(none.timesOut(now)).isEqualTo(now.plus(Duration.ofMinutes(10)));
        TokenOptions at = none.timeoutAt(later).name("approval").tags("demo").idempotencyKey("order-7");
        assertThat(at.timesOut(now)).isEqualTo(later);
        assertThat(at.timeout(Duration.ofHours(1)).timesOut(now)).isEqualTo(now.plus(Duration.ofHours(1)));
        refused("later than it is created", () -> at.timesOut(later));
        refused("later than it is created", () -> at.timesOut(later.plusSeconds(1)));
        refused("within 36,500 days", () -> none.timeoutAt(Instant.MAX).timesOut(now));
    }

    @Test
    void aKeyIsOneInTheWholeStore() {
        IdempotencyKey key = IdempotencyKey.of("order-7");
        assertThat(none.idempotencyKey(key.scope(IdempotencyKey.Scope.GLOBAL)).idempotencyKey())
                .isNotNull();
        refused("the whole store", () -> none.idempotencyKey(key.scope(IdempotencyKey.Scope.RUN)));
        refused("the whole store", () -> none.idempotencyKey(key.scope(IdempotencyKey.Scope.ATTEMPT)));
        refused("strict", () -> none.idempotencyKey(key.strict()));
    }

    @Test
    void theNameOfATokenFromElsewhereIsNoSecret() {
        TokenId id = TokenId.random();
        assertThat(Token.of(id, String.class).name()).isEqualTo("token");
        refused("1 to 256 characters", () -> new Token<>(id, "", String.class));
    }

    private static void refused(String reason, Runnable options) {
        assertThatIllegalArgumentException().isThrownBy(options::run).withMessageContaining(reason);
    }
}
