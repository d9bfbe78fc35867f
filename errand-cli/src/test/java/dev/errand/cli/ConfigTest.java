package dev.errand.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is not typed: processes, since a file lies in their folder and they have an environment. */
class ConfigTest {
    private static final Map<String, String> ENVIRONMENT =
            Map.of("ERRAND_CONCURRENCY", "3", "ERRAND_SECRET", "a".repeat(32));

    @TempDir
    Path folder;

    private Cli cli = new Cli(Path.of(""));

    @BeforeEach
    void open() throws Exception {
        cli = new Cli(folder);
        cli.script("tasks/greet.sh", "echo '\"hello\"'");
    }

    @Test
    void aServiceIsAsItsFileAndEnvironmentSayUnlessTheCommandLineDoes() throws Exception {
        cli.file(
                "errand.properties",
                "port = 0\nwithout-keys = true\ntasks = tasks\nstore = jdbc:sqlite:own.db\nhost = ::1\n");
        try (CliProcess serve = CliProcess.start(folder, ENVIRONMENT, "serve", "--host", "127.0.0.1")) {
            String line = serve.await(each -> each.startsWith("listening on "));
            URI server = URI.create(line.substring("listening on ".length()));
            assertThat(server.getHost()).isEqualTo("127.0.0.1");
            assertThat(server.getPort()).isNotEqualTo(7070);
            serve.await("serving jdbc:sqlite:own.db; Ctrl-C ends"::equals);
            assertThat(get(server.resolve("/api/errand/v1/nodes"))).contains("\"concurrency\":3");
            assertThat(get(server.resolve("/metrics"))).contains("errand_concurrency 3.0");
        }
        try (CliProcess list = CliProcess.start(folder, "tasks", "list")) {
            list.await(line -> line.startsWith("greet"));
            assertThat(list.exitCode()).isZero();
        }
        assertThat(folder.resolve(".errand")).doesNotExist();
    }

    private static String get(URI uri) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
                    .body();
        }
    }

    @Test
    void configSaysWhereEachValueComesFrom() throws Exception {
        cli.file(
                "errand.properties",
                "# mine\nport = 8080\nstore = jdbc:postgresql://host/errand?user=me&password=hidden\n");
        try (CliProcess config = CliProcess.start(folder, ENVIRONMENT, "config")) {
            assertThat(config.await(line -> line.startsWith("concurrency")))
                    .matches("concurrency +3 +ERRAND_CONCURRENCY");
            assertThat(config.await(line -> line.startsWith("host"))).matches("host +127.0.0.1 +default");
            assertThat(config.await(line -> line.startsWith("port"))).matches("port +8080 +errand.properties line 2");
            assertThat(config.await(line -> line.startsWith("store")))
                    .contains("jdbc:postgresql://host/errand", "errand.properties line 3")
                    .doesNotContain("hidden");
            assertThat(config.await(line -> line.startsWith("secret"))).matches("secret +not shown +ERRAND_SECRET");
            assertThat(config.exitCode()).isZero();
        }
    }

    @Test
    void theFileOfThePageAndTheOneThatIsInstalledSayWhatIsKnown() throws Exception {
        Path page = Path.of("../docs/deployment.md").toAbsolutePath();
        Matcher example =
                Pattern.compile("```\n(store = .*?)```", Pattern.DOTALL).matcher(Files.readString(page));
        assertThat(example.find()).isTrue();
        cli.file("errand.properties", example.group(1));
        Path installed = Path.of("../etc/errand.properties").toAbsolutePath();
        try (CliProcess ofPage = CliProcess.start(folder, "config");
                CliProcess ofUnit = CliProcess.start(folder, Map.of("ERRAND_CONFIG", installed.toString()), "config")) {
            ofPage.await(line -> line.startsWith("tasks") && line.endsWith("errand.properties line 3"));
            ofUnit.await(line -> line.startsWith("store") && line.contains("/var/lib/errand/errand.db"));
            assertThat(ofPage.exitCode()).isZero();
            assertThat(ofUnit.exitCode()).isZero();
        }
    }

    @Test
    void whatASettingCannotSayIsRefusedWhereItIsSaid() throws Exception {
        cli.file("errand.properties", "host = a\nprot = 8080\n");
        try (CliProcess serve = CliProcess.start(folder, "serve")) {
            serve.await("errand: errand.properties line 2: there is no setting 'prot'; did you mean port?"::equals);
            assertThat(serve.exitCode()).isEqualTo(2);
        }
        cli.file("errand.properties", "port = many\n");
        try (CliProcess serve = CliProcess.start(folder, "serve")) {
            serve.await(line -> line.contains("many") && line.endsWith("(said by errand.properties line 1)"));
            assertThat(serve.exitCode()).isEqualTo(2);
        }
        cli.file("errand.properties", "without-keys = yes\n");
        try (CliProcess serve = CliProcess.start(folder, "serve")) {
            serve.await("errand: errand.properties line 1: without-keys is true or false, not 'yes'"::equals);
            assertThat(serve.exitCode()).isEqualTo(2);
        }
    }
}
