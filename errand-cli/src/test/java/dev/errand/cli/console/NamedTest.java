package dev.errand.cli.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whether a store or a server is asked, and which server. */
class NamedTest {
    private static final String STORE = "jdbc:sqlite:errand.db";
    private static final String SERVER = "http://127.0.0.1:7070";
    private static final Named THERE = new Named.Server(ServerAddress.of(SERVER));
    private static final Named HERE = new Named.Store();
    private static final Map<String, String> BOTH = Map.of("ERRAND_STORE", STORE, "ERRAND_SERVER", SERVER);

    @Test
    void anOptionGoesBeforeTheEnvironment() {
        assertThat(Named.of(STORE, null, Map.of("ERRAND_SERVER", SERVER))).isEqualTo(HERE);
        assertThat(Named.of(null, SERVER, Map.of("ERRAND_STORE", STORE))).isEqualTo(THERE);
        assertThat(Named.of(STORE, null, BOTH)).isEqualTo(HERE);
        assertThat(Named.of(null, SERVER, BOTH)).isEqualTo(THERE);
    }

    @Test
    void theEnvironmentNamesOneOfThem() {
        assertThat(Named.of(null, null, Map.of())).isEqualTo(HERE);
        assertThat(Named.of(null, null, Map.of("ERRAND_SERVER", " "))).isEqualTo(HERE);
        assertThat(Named.of(null, null, Map.of("ERRAND_STORE", STORE))).isEqualTo(HERE);
        assertThat(Named.of(null, null, Map.of("ERRAND_SERVER", SERVER))).isEqualTo(THERE);
    }

    @Test
    void bothAtOnceAreRefused() {
        assertThatThrownBy(() -> Named.of(STORE, SERVER, Map.of())).hasMessageContaining("exclude each other");
        assertThatThrownBy(() -> Named.of(null, null, BOTH)).hasMessageContaining("are both set");
    }

    @Test
    void oneServerHasOneAddress() {
        assertThat(ServerAddress.of("HTTP://LocalHost:7070/").toString()).isEqualTo("http://localhost:7070");
        assertThat(ServerAddress.of(" https://errand.example.org/Jobs// ").toString())
                .isEqualTo("https://errand.example.org/Jobs");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "localhost:7070",
                "127.0.0.1",
                "http://",
                "http:///runs",
                "ftp://errand.example.org",
                "http://errand.example.org?key=1",
                "http://a b",
                "jdbc:sqlite:errand.db"
            })
    void whatIsNoServerIsAnsweredWithOneThatIs(String text) {
        assertThatThrownBy(() -> ServerAddress.of(text))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("' is no server; write for example http://127.0.0.1:7070");
    }

    @Test
    void aPasswordInAnAddressIsRefusedAndNotShown() {
        assertThatThrownBy(() -> ServerAddress.of("https://ada:secret@errand.example.org"))
                .hasMessageContaining("is no server")
                .hasMessageNotContaining("secret");
    }

    @Test
    void whatLeavesThisMachineUnencryptedIsKnown() {
        assertThat(ServerAddress.of("http://errand.example.org").isOpen()).isTrue();
        assertThat(ServerAddress.of("https://errand.example.org").isOpen()).isFalse();
        assertThat(ServerAddress.of("http://localhost:7070").isOpen()).isFalse();
        assertThat(ServerAddress.of("http://[::1]:7070").isOpen()).isFalse();
    }
}
