package dev.errand.server.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Json;
import dev.errand.Role;
import dev.errand.Task;
import dev.errand.server.Reply;
import dev.errand.server.TestServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag(TestServer.STORES)
class ScrapeTest {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final Pattern NAME = Pattern.compile("`(errand_[a-z_]+)`");

    @AutoClose
    private static final TestServer server =
            TestServer.open(Task.named("echo", Json.class, Json.class).run((payload, run) -> payload));

    private final String viewer = server.key(Role.VIEWER);

    private Reply scrape(String key) {
        return server.send("GET", "/metrics", null, key);
    }

    @Test
    void whoHasAViewersKeyReadsWhatTheEngineDoes() throws InterruptedException {
        Reply first = scrape(viewer);
        assertThat(first.status()).as(first.body()).isEqualTo(200);
        assertThat(first.header("content-type")).startsWith("text/plain; version=0.0.4");
        assertThat(first.body())
                .contains("errand_executing 0.0", "errand_concurrency 4.0", "errand_waiting 0.0", "errand_nodes 1.0")
                .contains("jvm_memory_used_bytes{", "process_uptime_seconds");
        server.test().finish(server.errand().trigger("echo", 1));
        String body = awaitBody("errand_runs_ended_total{state=\"completed\",task=\"echo\"} 1.0");
        assertThat(body)
                .contains("errand_runs_triggered_total{task=\"echo\"} 1.0")
                .contains("errand_attempts_seconds_count{outcome=\"returned\",task=\"echo\"} 1")
                .contains("errand_attempts_seconds_bucket{outcome=\"returned\",task=\"echo\",le=\"3600.0\"} 1");
    }

    private String awaitBody(String line) throws InterruptedException {
        return awaitBody(server, viewer, line);
    }

    /** What is told once the line has been: of the scrape that met a new meter, others that are as new may be missing. */
    private static String awaitBody(TestServer server, String key, String line) throws InterruptedException {
        long end = System.nanoTime() + SOON.toNanos();
        String body = server.send("GET", "/metrics", null, key).body();
        while (!body.contains(line)) {
            assertThat(System.nanoTime()).as("%s in %s", line, body).isLessThan(end);
            TimeUnit.MILLISECONDS.sleep(5);
            body = server.send("GET", "/metrics", null, key).body();
        }
        return server.send("GET", "/metrics", null, key).body();
    }

    @Test
    void allMetricsThatThePageNamesAreTold() throws Exception {
        Task<Json, Json> echo = Task.named("echo", Json.class, Json.class).run((payload, run) -> payload);
        Task<Json, Json> later = Task.named("later", Json.class, Json.class).run((payload, run) -> payload);
        try (TestServer other = TestServer.open(echo, later)) {
            other.errand().withdraw("later");
            other.errand().trigger("later", 1);
            String key = other.key(Role.VIEWER);
            assertThat(other.send("GET", "/metrics", null, key).body())
                    .contains("errand_queue_waiting{queue=\"task/later\"} 1.0");
            other.test().finish(other.errand().trigger("echo", 1));
            String body = awaitBody(other, key, "errand_runs_ended_total");
            String page = Files.readString(Path.of("../docs/monitoring.md"));
            List<String> named =
                    NAME.matcher(page).results().map(name -> name.group(1)).toList();
            assertThat(named)
                    .hasSizeGreaterThan(8)
                    .allSatisfy(name -> assertThat(body).contains("\n" + name));
        }
    }

    @Test
    void withoutAKeyNothingIsTold() {
        assertThat(server.send("GET", "/metrics", null, null).status()).isEqualTo(401);
        assertThat(scrape("tr_dev_" + "a".repeat(32)).status()).isEqualTo(401);
        assertThat(server.send("POST", "/metrics", "{}", viewer).status()).isEqualTo(405);
    }

    @Test
    void aServerThatHasEndedListensToNothing() {
        try (TestServer other = TestServer.open()) {
            int others = other.errand().listeners().size();
            assertThat(other.get("/metrics").status()).isEqualTo(200);
            assertThat(other.errand().listeners()).hasSize(others + 1);
            other.end();
            assertThat(other.errand().listeners()).hasSize(others);
        }
    }
}
