package dev.errand.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Errand;
import dev.errand.Role;
import dev.errand.server.ErrandServer;
import dev.errand.server.ServerSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A key that is kept by one command and used by the next, in a home of its own. */
class LoginTest {
    @TempDir
    Path home;

    private CliProcess start(String... command) throws Exception {
        return CliProcess.start(
                home, Map.of("XDG_CONFIG_HOME", home.resolve("config").toString()), command);
    }

    @Test
    void whoHasLoggedInNeedsNoKeyUntilTheLogout() throws Exception {
        try (Errand errand = Errand.builder()
                        .store("jdbc:sqlite::memory:")
                        .concurrency(0)
                        .open();
                ErrandServer started =
                        ErrandServer.start(errand, ServerSettings.standard().port(0))) {
            String server = started.uri().toString();
            String key = errand.apiKeys().create("desk", Role.OPERATOR).secret();
            loginWith("tr_dev_" + "x".repeat(24), server, 1);
            assertThat(home.resolve("config")).doesNotExist();
            loginWith(key, server, 0);
            onlyItsOwnerReads(key);
            try (CliProcess raise = start("events", "raise", "hello", "--server", server)) {
                raise.await("raised"::equals);
                assertThat(raise.exitCode()).isZero();
            }
            try (CliProcess logout = start("logout", server)) {
                logout.await("forgotten"::equals);
            }
            try (CliProcess raise = start("events", "raise", "hello", "--server", server)) {
                raise.await(line -> line.startsWith("errand: "));
                assertThat(raise.exitCode()).isEqualTo(1);
            }
        }
    }

    private void loginWith(String key, String server, int code) throws Exception {
        try (CliProcess login = start("login", server)) {
            login.type(key);
            login.await(line -> line.contains(code == 0 ? "takes this key" : "errand: "));
            assertThat(login.exitCode()).isEqualTo(code);
        }
    }

    private void onlyItsOwnerReads(String key) throws Exception {
        try (Stream<Path> files = Files.walk(home.resolve("config/errand"))) {
            assertThat(files.filter(Files::isRegularFile)).singleElement().satisfies(file -> {
                assertThat(file).hasContent(key + "\n");
                assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                        .isEqualTo("rw-------");
            });
        }
    }
}
