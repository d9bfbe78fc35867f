package dev.errand.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What is followed while it happens. */
@Tag(TestStore.ON_BOTH)
class EventCommandsTest {
    private static final Duration SOON = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    private Cli cli = new Cli(Path.of(""));
    private String script = "";

    @BeforeEach
    void open() throws Exception {
        cli = new Cli(folder);
        script = cli.script("echo.sh", "echo logged >&2", "cat");
        cli.know(script);
    }

    /** Triggers again and again, since nobody tells when the other has begun to listen. */
    private Cli.Said tailed(String... options) throws Exception {
        String[] all = new String[options.length + 2];
        all[0] = "events";
        all[1] = "tail";
        System.arraycopy(options, 0, all, 2, options.length);
        CompletableFuture<Cli.Said> said = CompletableFuture.supplyAsync(() -> cli.call(all));
        for (long end = System.nanoTime() + SOON.toNanos(); !said.isDone() && System.nanoTime() < end; ) {
            cli.call("trigger", "echo", "--name", "other");
            cli.call("trigger", "echo", "--tag", "red", "--name", "nightly");
        }
        assertThat(said).succeedsWithin(SOON);
        return said.get();
    }

    @Test
    void tailPrintsWhatHappensElsewhereUntilItHasEnough() throws Exception {
        Cli.Said said = tailed("--count", "2", "--name", "run.*", "--task", "echo", "--tag", "red", "--json");
        assertThat(said.code()).describedAs(said.err()).isZero();
        List<String> lines = said.out().lines().toList();
        assertThat(lines).hasSize(2);
        for (String line : lines) {
            JsonNode event = new JsonMapper().readTree(line);
            assertThat(event.get("name").stringValue()).isEqualTo("run.state");
            assertThat(event.get("to").stringValue()).isEqualTo("QUEUED");
            assertThat(event.get("runName").stringValue()).isEqualTo("nightly");
        }
    }

    @Test
    void tailPrintsALineForAPerson() throws Exception {
        Cli.Said said = tailed("--count", "1", "--run-name", "nightly");
        assertThat(said.out()).containsPattern("^\\d\\d:\\d\\d:\\d\\d  run_\\w{26}  echo +run.state +QUEUED\n$");
    }

    @Test
    void followShowsARunUntilItsEndAndEndsAsItDid() throws Exception {
        String id = cli.call("trigger", "echo", "--payload", "\"hello\"").line();
        CompletableFuture<Cli.Said> said = CompletableFuture.supplyAsync(() -> cli.call("runs", "follow", id));
        assertThat(cli.call("run", script, "--quiet").code()).isZero();
        assertThat(said).succeedsWithin(SOON);
        assertThat(said.get().code()).isZero();
        assertThat(said.get().err()).contains("logged");
        assertThat(said.get().out()).contains("hello");
        String canceled = cli.call("trigger", "echo").line();
        cli.call("runs", "cancel", canceled);
        assertThat(cli.call("runs", "follow", canceled).code()).isEqualTo(1);
    }
}
