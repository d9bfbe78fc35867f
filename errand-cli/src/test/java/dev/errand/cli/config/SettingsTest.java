package dev.errand.cli.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.errand.cli.console.UsageException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsTest {
    private static final Set<String> KNOWN = Set.of("port", "host", "without-keys", "store");

    @TempDir
    Path folder;

    private Path file(String... lines) throws IOException {
        return Files.writeString(folder.resolve("errand.properties"), String.join("\n", lines));
    }

    private void refused(String message, String... lines) throws IOException {
        Path file = file(lines);
        assertThatExceptionOfType(UsageException.class)
                .isThrownBy(() -> Settings.load(Map.of(), file, KNOWN))
                .withMessageContaining(file.toString())
                .withMessageContaining(message);
    }

    @Test
    void theEnvironmentGoesBeforeTheFile() throws IOException {
        Path file = file("# of this machine", "", "port = 8080", "host: 0.0.0.0", "store=jdbc:sqlite:a=b.db");
        Settings settings = Settings.load(Map.of("ERRAND_HOST", "::1", "ERRAND_PORT", " "), file, KNOWN);
        assertThat(settings.find("host")).isEqualTo(new Setting("::1", "ERRAND_HOST"));
        assertThat(settings.find("port")).isEqualTo(new Setting("8080", file + " line 3"));
        assertThat(settings.find("store")).isEqualTo(new Setting("jdbc:sqlite:a=b.db", file + " line 5"));
        assertThat(settings.find("without-keys")).isNull();
        assertThat(Settings.variable("without-keys")).isEqualTo("ERRAND_WITHOUT_KEYS");
    }

    @Test
    void whatTheFileCannotSayIsRefusedWithItsLine() throws IOException {
        refused("line 2: there is no setting 'prot'; did you mean port?", "host=a", "prot=1");
        refused("line 1: there is no setting 'secret'", "secret=x");
        refused(
                "line 1: there is no setting 'retries-of-all'; errand config shows those there are",
                "retries-of-all=x");
        refused("line 3: port is said already, in", "port=1", "", "port=2");
        refused("line 1: port has no value", "port =");
        refused("line 1: port has no value", "port");
        refused("line 1: a value ends on its line", "host = a\\", "b");
        refused("cannot be read", "host = \\u00zz");
        Files.write(folder.resolve("errand.properties"), new byte[] {'a', '=', (byte) 0xff});
        assertThatExceptionOfType(UsageException.class)
                .isThrownBy(() -> Settings.load(Map.of(), folder.resolve("errand.properties"), KNOWN))
                .withMessageContaining("cannot be read");
    }

    @Test
    void aFileThatIsNamedHasToBeThere() throws IOException {
        assertThat(Settings.load(Map.of(), folder.resolve("none"), KNOWN).find("port"))
                .isNull();
        assertThatExceptionOfType(UsageException.class)
                .isThrownBy(() -> Settings.load(Map.of("ERRAND_CONFIG", "/none/at/all"), folder, KNOWN))
                .withMessage("no file /none/at/all, which ERRAND_CONFIG names");
        Path file = Files.writeString(folder.resolve("ü.properties"), "host = ü", StandardCharsets.UTF_8);
        Setting setting = Settings.load(Map.of("ERRAND_CONFIG", file.toString()), folder.resolve("none"), KNOWN)
                .find("host");
        assertThat(setting).isEqualTo(new Setting("ü", file + " line 1"));
    }
}
