package dev.errand.cli.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which key a command shows, and how those are kept that {@code errand login} was given. */
class ServerKeysTest {
    private static final ServerAddress SERVER = ServerAddress.of("https://errand.example.org:7070/jobs");

    @TempDir
    Path folder;

    private ServerKeys keys() {
        return ServerKeys.ofUser(environment());
    }

    private Map<String, String> environment() {
        return Map.of("XDG_CONFIG_HOME", folder.toString());
    }

    @Test
    void aKeyIsKeptWhereOnlyItsOwnerReadsIt() throws Exception {
        Path file = keys().keep(SERVER, "tr_dev_a");
        assertThat(file).startsWith(folder.resolve("errand")).hasContent("tr_dev_a\n");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("errand/keys"))))
                .isEqualTo("rwx------");
        assertThat(keys().of(SERVER)).contains("tr_dev_a");
        assertThat(keys().of(ServerAddress.of("https://errand.example.org:7070/other")))
                .isEmpty();
    }

    @Test
    void aNewKeyTakesThePlaceOfTheOldWhateverItsFileAllowed() throws Exception {
        Path file = keys().keep(SERVER, "tr_dev_a");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        assertThat(keys().keep(ServerAddress.of("HTTPS://Errand.Example.org:7070/jobs/"), "tr_dev_b"))
                .isEqualTo(file)
                .hasContent("tr_dev_b\n");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(keys().servers()).containsExactly(SERVER);
        assertThat(folder.resolve("errand/keys")).isDirectoryNotContaining("glob:**/.key*");
    }

    @Test
    void aForgottenKeyIsGone() {
        assertThat(keys().servers()).isEmpty();
        keys().keep(SERVER, "tr_dev_a");
        assertThat(keys().forget(SERVER)).isTrue();
        assertThat(keys().forget(SERVER)).isFalse();
        assertThat(keys().of(SERVER)).isEmpty();
    }

    @Test
    void aFileGoesBeforeTheEnvironmentAndThatBeforeWhatIsKept() throws Exception {
        keys().keep(SERVER, "kept");
        Path file = Files.writeString(folder.resolve("key"), " given \n");
        Map<String, String> environment = Map.of("XDG_CONFIG_HOME", folder.toString(), "ERRAND_KEY", "of-environment");
        assertThat(ServerKey.of(SERVER, file, environment)).isEqualTo("given");
        assertThat(ServerKey.of(SERVER, null, environment)).isEqualTo("of-environment");
        assertThat(ServerKey.of(SERVER, null, environment())).isEqualTo("kept");
        assertThat(ServerKey.of(ServerAddress.of("http://localhost:7070"), null, environment()))
                .isNull();
    }

    @Test
    void whatIsNoKeyIsRefusedWithoutShowingIt() throws Exception {
        Path two = Files.writeString(folder.resolve("two"), "tr_dev_a\ntr_dev_b\n");
        assertThatThrownBy(() -> ServerKey.in(two))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("no key in " + two)
                .hasMessageNotContaining("dev_a");
        assertThatThrownBy(() -> ServerKey.checked("ERRAND_KEY", " ")).hasMessageContaining("no key in ERRAND_KEY");
        assertThatThrownBy(() -> ServerKey.in(folder.resolve("none"))).hasMessageContaining("no file");
        assertThatThrownBy(() -> ServerKey.in(folder)).hasMessageContaining("cannot read the key from " + folder);
    }
}
