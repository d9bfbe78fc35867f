package dev.errand.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.URI;
import org.junit.jupiter.api.Test;

class ServerSettingsTest {
    private static final ServerSettings STANDARD = ServerSettings.standard();

    @Test
    void theBaseIsAnAddressWithoutASlashAtItsEnd() {
        assertThat(STANDARD.base()).isNull();
        assertThat(STANDARD.base(URI.create("https://example.org/errand//")).base())
                .isEqualTo(URI.create("https://example.org/errand"));
        for (String wrong : new String[] {"/errand", "ftp://example.org", "https://example.org?a=b", "mailto:a@b.c"}) {
            assertThatIllegalArgumentException().as(wrong).isThrownBy(() -> STANDARD.base(URI.create(wrong)));
        }
    }

    @Test
    void theSecretIsKeptToItself() {
        ServerSettings told =
                STANDARD.secret("0123456789abcdef0123456789abcdef").port(8080);
        assertThat(told.secret()).isNotNull();
        assertThat(told.toString()).contains("8080").doesNotContain("0123456789abcdef");
    }
}
