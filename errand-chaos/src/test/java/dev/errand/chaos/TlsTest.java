package dev.errand.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.errand.Errand;
import dev.errand.StoreException;
import dev.errand.Task;
import dev.errand.store.postgres.server.PostgresServer;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the driver's URL says of TLS holds for every connection of the store, and a certificate that does not fit is told as such. */
class TlsTest {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final Task<String, String> ECHO =
            Task.named("echo", String.class, String.class).run((text, run) -> text);
    private static PostgresServer server;
    private static String database;

    @BeforeAll
    static void start() {
        server = PostgresServer.startWithTls();
        database = server.createDatabase();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static String url(String host, String tls) {
        return server.url(database).replace("127.0.0.1", host) + "&" + tls;
    }

    private static String trusting(Path certificate) {
        return "&sslrootcert=" + certificate;
    }

    @ParameterizedTest
    @ValueSource(strings = {"sslmode=require", "sslmode=verify-ca", "sslmode=verify-full"})
    void everyConnectionIsEncrypted(String mode) throws Exception {
        String url = url("localhost", mode) + (mode.endsWith("require") ? "" : trusting(server.rootCertificate()));
        try (Errand errand = Errand.open(url, ECHO)) {
            assertThat(errand.trigger(ECHO, "hello").await(SOON)).isEqualTo("hello");
            assertThat(server.query(
                            database,
                            "select string_agg(distinct ssl::text, ',') from pg_stat_ssl join pg_stat_activity using (pid)"
                                    + " where datname = current_database() and application_name = 'errand'"))
                    .isEqualTo("true");
        }
    }

    private static void refused(String url, String... words) {
        assertThatThrownBy(() -> Errand.open(url, ECHO).close())
                .isInstanceOf(StoreException.class)
                .message()
                .hasLineCount(1)
                .contains("TLS")
                .contains(words);
    }

    @Test
    void aCertificateForAnotherHostIsRefused() {
        refused(url("127.0.0.1", "sslmode=verify-full") + trusting(server.rootCertificate()), "127.0.0.1", "host");
    }

    @Test
    void aCertificateThatNobodyTrustsIsRefused(@TempDir Path folder) {
        PostgresServer other = PostgresServer.startWithTls();
        try (other) {
            refused(url("localhost", "sslmode=verify-full") + trusting(other.rootCertificate()), "sslrootcert");
        }
    }

    @Test
    void aMissingRootCertificateIsNamed(@TempDir Path folder) {
        Path nowhere = folder.resolve("nowhere.crt");
        refused(url("localhost", "sslmode=verify-full") + trusting(nowhere), nowhere.toString());
    }

    @Test
    void aServerWithoutTlsIsRefusedWhereItIsRequired() {
        PostgresServer plain = PostgresServer.shared();
        refused(plain.url(plain.createDatabase()) + "&sslmode=require", "sslmode");
    }
}
