package dev.errand.server.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.errand.server.call.Secret;
import java.util.List;
import org.junit.jupiter.api.Test;

class SigningKeysTest {
    private static final String TEXT = "correct horse battery staple, and more";
    private static final String KEY = "tr_dev_" + "a".repeat(32);

    private final SigningKeys keys = new SigningKeys(Secret.of(TEXT));

    @Test
    void whatIsSealedTheSameSecretOpens() {
        String sealed = keys.seal(KEY);
        assertThat(sealed).doesNotContain(KEY).isNotEqualTo(keys.seal(KEY));
        assertThat(new SigningKeys(Secret.of(TEXT)).open(sealed)).isEqualTo(KEY);
    }

    @Test
    void nobodyElseOpensItNorWhatWasChanged() {
        String sealed = keys.seal(KEY);
        assertThat(new SigningKeys(Secret.of(TEXT + "!")).open(sealed)).isNull();
        assertThat(new SigningKeys(Secret.random()).open(sealed)).isNull();
        for (int i = 0; i < sealed.length() - 3; i++) { // the last ones have bits that stand for nothing
            char other = sealed.charAt(i) == 'A' ? 'B' : 'A';
            assertThat(keys.open(sealed.substring(0, i) + other + sealed.substring(i + 1)))
                    .as("character " + i)
                    .isNull();
        }
        for (String none : List.of("", "1.", "1.AAAA", "1.!", "2." + sealed.substring(2))) {
            assertThat(keys.open(none)).as(none).isNull();
        }
    }

    @Test
    void aSecretThatEndsWithTheServerSealsNothing() {
        SigningKeys passing = new SigningKeys(Secret.random());
        assertThat(passing.isLasting()).isFalse();
        assertThatIllegalStateException().isThrownBy(() -> passing.seal(KEY));
    }
}
