package dev.errand.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Servers as processes: who may, and how they end. */
@Tag(TestStore.ON_BOTH)
class ServeTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String ANY_PORT = "--port=0";

    @TempDir
    Path folder;

    private Cli cli = new Cli(Path.of(""));

    @BeforeEach
    void open() throws Exception {
        cli = new Cli(folder);
        cli.script("tasks/greet.sh", "echo '\"hello\"'");
    }

    private static URI listening(CliProcess server) throws InterruptedException {
        String line = server.await(each -> each.startsWith("listening on "));
        return URI.create(line.substring("listening on ".length()));
    }

    private static HttpResponse<String> ask(URI server, String path, String... headers) throws Exception {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(server.resolve(path)).timeout(PATIENCE);
        if (headers.length > 0) {
            request.headers(headers);
        }
        if (path.endsWith("/trigger")) {
            request.POST(HttpRequest.BodyPublishers.ofString("{}"));
        }
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        }
    }

    private static String field(HttpResponse<String> answer, String name) {
        JsonNode json = new JsonMapper().readTree(answer.body());
        return json.get(name).stringValue();
    }

    @Test
    void aServerWorksForWhoeverHasAKey() throws Exception {
        try (CliProcess serve = CliProcess.start(cli, "serve", "--tasks", "tasks", ANY_PORT)) {
            URI server = listening(serve);
            serve.await(line -> line.contains("there is no key yet"));
            serve.await(line -> line.startsWith("serving "));
            assertThat(ask(server, "/health/ready").statusCode()).isEqualTo(200);
            assertThat(ask(server, "/api/v1/tasks/greet/trigger").statusCode()).isEqualTo(401);

            String secret =
                    cli.call("keys", "create", "test", "--role", "operator").line();
            HttpResponse<String> made = ask(server, "/api/v1/tasks/greet/trigger", "Authorization", "Bearer " + secret);
            assertThat(made.statusCode()).as(made.body()).isEqualTo(200);
            String id = field(made, "id");
            assertThat(cli.call("runs", "await", id, "--timeout=60s").code()).isZero();
            HttpResponse<String> run = ask(server, "/api/v3/runs/" + id, "Authorization", "Bearer " + secret);
            assertThat(field(run, "status")).isEqualTo("COMPLETED");

            serve.interrupt();
            serve.await(line -> line.startsWith("ending"));
            assertThat(serve.exitCode()).isEqualTo(130);
        }
        assertThat(cli.call("nodes", "list", "--json").json()).isEmpty();
    }

    @Test
    void aNodeExecutesWhatAServerWithoutTasksTakes() throws Exception {
        try (CliProcess node = CliProcess.start(cli, "node", "--concurrency=2");
                CliProcess serve = CliProcess.start(cli, "serve", ANY_PORT, "--without-keys")) {
            node.await(line -> line.contains("greet.sh loaded: greet"));
            node.await(line -> line.contains("2 at a time"));
            HttpResponse<String> made = ask(listening(serve), "/api/v1/tasks/greet/trigger");
            assertThat(made.statusCode()).as(made.body()).isEqualTo(200);
            Cli.Said end = cli.call("runs", "await", field(made, "id"), "--timeout=60s");
            assertThat(end.code()).as(end.err()).isZero();
        }
    }

    @Test
    void devListensForThisMachineOnly() throws Exception {
        try (CliProcess dev = CliProcess.start(cli, "dev")) {
            URI server = listening(dev);
            assertThat(server.getHost()).isEqualTo("127.0.0.1");
            assertThat(ask(server, "/api/v1/runs").statusCode()).isEqualTo(200);
            assertThat(ask(server, "/api/v1/runs", "Origin", "https://elsewhere.example")
                            .statusCode())
                    .isEqualTo(403);
        }
    }

    @Test
    void anAddressThatCannotBeListenedOnIsNamedAndLeavesNothingBehind() throws Exception {
        try (ServerSocket taken = new ServerSocket(0)) {
            String port = Integer.toString(taken.getLocalPort());
            Cli.Said said = cli.call("serve", "--port", port, "--host", "0.0.0.0");
            assertThat(said.code()).isEqualTo(2);
            assertThat(said.err()).contains("cannot listen on 0.0.0.0:" + port).hasLineCount(1);
        }
        Cli.Said open = cli.call("serve", "--without-keys", "--host", "0.0.0.0");
        assertThat(open.code()).isEqualTo(2);
        assertThat(open.err()).contains("without keys a server listens on this machine only");
        Cli.Said missing = cli.call("serve", "--tasks", "nowhere");
        assertThat(missing.code()).isEqualTo(2);
        assertThat(missing.err()).contains("no folder nowhere");
        assertThat(cli.call("nodes", "list", "--json").json()).isEmpty();
    }
}
