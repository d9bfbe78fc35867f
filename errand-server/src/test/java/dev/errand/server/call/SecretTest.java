package dev.errand.server.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class SecretTest {
    private static final String TEXT = "correct horse battery staple, and more";

    private final Secret secret = Secret.of(TEXT);

    @Test
    void theSameTextKnowsWhatItHasSigned() {
        String signature = secret.sign("token callback", "waitpoint_1");
        assertThat(signature).matches("[A-Za-z0-9_-]{43}");
        assertThat(Secret.of(TEXT).hasSigned("token callback", "waitpoint_1", signature))
                .isTrue();
    }

    @Test
    void whatWasSignedForAnotherPurposeOrByAnotherSecretIsNot() {
        String signature = secret.sign("token callback", "waitpoint_1");
        assertThat(secret.hasSigned("blob", "waitpoint_1", signature)).isFalse();
        assertThat(secret.hasSigned("token callback", "waitpoint_2", signature)).isFalse();
        assertThat(Secret.of(TEXT + "!").hasSigned("token callback", "waitpoint_1", signature))
                .isFalse();
        assertThat(Secret.random().hasSigned("token callback", "waitpoint_1", signature))
                .isFalse();
        for (String wrong : new String[] {"", signature.substring(1), signature + "A", "ä".repeat(43)}) {
            assertThat(secret.hasSigned("token callback", "waitpoint_1", wrong))
                    .as(wrong)
                    .isFalse();
        }
    }

    @Test
    void oneThatWasToldLastsAndARandomOneDoesNot() {
        assertThat(secret.isLasting()).isTrue();
        assertThat(Secret.random().isLasting()).isFalse();
        assertThat(Secret.random().key("x"))
                .hasSize(32)
                .isNotEqualTo(Secret.random().key("x"));
    }

    @Test
    void aShortOneIsRefusedAndNoneIsShown() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Secret.of("short"))
                .withMessageContaining("at least 32")
                .withMessageNotContaining("short");
        assertThat(secret).hasToString("Secret[not shown]");
    }
}
