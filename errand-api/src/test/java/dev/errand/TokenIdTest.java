package dev.errand;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenIdTest {
    @Test
    void anIdPrintsAsPrefixAndTwentySixDigitsAndIsReadBack() {
        TokenId id = TokenId.random();
        assertThat(id.toString()).matches("token_[0-9a-hjkmnp-tv-z]{26}");
        assertThat(TokenId.of(id.toString())).isEqualTo(id);
        assertThat(TokenId.of("  " + id.toString().toUpperCase(Locale.ROOT) + " "))
                .isEqualTo(id);
        assertThat(TokenId.random()).isNotEqualTo(id);
    }

    @Test
    void anIdIsReadAsClientsOverHttpHaveIt() {
        TokenId id = TokenId.random();
        assertThat(id.overHttp()).isEqualTo(id.toString().replace("token_", "waitpoint_"));
        assertThat(TokenId.of(id.overHttp())).isEqualTo(id);
        assertThat(TokenId.of(id.overHttp().toUpperCase(Locale.ROOT))).isEqualTo(id);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "token_", "run_00000000000000000000000000", "token_8zzzzzzzzzzzzzzzzzzzzzzzzz", "token_0"})
    void whatIsNoIdIsRefusedWithoutBeingRepeated(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TokenId.of(text))
                .withMessage("that is not a token's id, which is 'token_' and 26 letters and digits");
    }
}
