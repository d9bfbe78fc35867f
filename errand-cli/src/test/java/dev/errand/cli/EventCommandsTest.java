package dev.errand.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Errand;
import dev.errand.Run;
import dev.errand.Task;
import dev.errand.cli.console.Console;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What is followed while it happens. */
@Tag(TestStore.ON_BOTH)
@Tag(ThroughServer.TAG)
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

    /** On a thread of its own: the common pool of a small machine has one or two, for all tests. */
    private static <T> CompletableFuture<T> elsewhere(Supplier<T> call) {
        return CompletableFuture.supplyAsync(
                call, work -> Thread.ofPlatform().daemon().start(work));
    }

    /** Triggers again and again, since nobody tells when the other has begun to listen. */
    private Cli.Said tailed(String... options) throws Exception {
        String[] all = new String[options.length + 2];
        all[0] = "events";
        all[1] = "tail";
        System.arraycopy(options, 0, all, 2, options.length);
        CompletableFuture<Cli.Said> said = elsewhere(() -> cli.call(all));
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
    void tailOfARunPrintsThatRunAlone() throws Exception {
        CountDownLatch enough = new CountDownLatch(1);
        Task<String, ?> ticks = Task.named("ticks", String.class).run((payload, run) -> {
            while (!enough.await(5, TimeUnit.MILLISECONDS)) {
                run.raise("tick", payload);
            }
        });
        try (Errand errand = Errand.open(cli.store(), ticks)) {
            Run<?> other = errand.trigger(ticks, "other");
            String id = errand.trigger(ticks, "this").id().toString();
            Cli.Said said = cli.call("events", "tail", "--run", id, "--count", "5", "--json");
            enough.countDown();
            assertThat(said.out().lines())
                    .hasSize(5)
                    .allMatch(line -> line.contains(id))
                    .noneMatch(line -> line.contains(other.id().toString()));
        }
    }

    @Test
    void followShowsARunUntilItsEndAndEndsAsItDid() throws Exception {
        String id = cli.call("trigger", "echo", "--payload", "\"hello\"").line();
        CompletableFuture<Cli.Said> said = elsewhere(() -> cli.call("runs", "follow", id));
        workUntilDone(said, script);
        assertThat(said).succeedsWithin(SOON);
        assertThat(said.get().code()).isZero();
        assertThat(said.get().err()).contains("logged");
        assertThat(said.get().out()).contains("hello");
        String canceled = cli.call("trigger", "echo").line();
        cli.call("runs", "cancel", canceled);
        assertThat(cli.call("runs", "follow", canceled).code()).isEqualTo(1);
    }

    @Test
    void followShowsAPersonHowFarItIsAndWhatAnotherAttemptEmitsAnew() throws Exception {
        String twice = cli.script(
                "twice.sh",
                "# errand: attempts=2 delay=1s",
                "cd '" + folder + "'",
                "if [ $ERRAND_ATTEMPT = 1 ]; then",
                "  echo '::progress 1/2'; echo began >&2; until [ -e followed ]; do sleep 0.05; done",
                "  echo '::emit one'; echo '::emit two'; exit 1",
                "fi",
                "until [ -e failed ]; do sleep 0.05; done",
                "echo '::emit one'; echo '::emit other'");
        cli.file("failed", "");
        cli.file("followed", "");
        cli.call("run", twice, "--quiet");
        Files.delete(folder.resolve("failed"));
        Files.delete(folder.resolve("followed"));
        String id = cli.call("trigger", "twice").line();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        CompletableFuture<Integer> code = elsewhere(() -> {
            Console console = new Console(stream(out), stream(err), InputStream.nullInputStream(), false, true);
            int exit = Main.execute(console, "runs", "follow", id, "--store", cli.store());
            console.flush();
            return exit;
        });
        CompletableFuture<Boolean> works = elsewhere(() -> workUntilDone(code, twice));
        await("it is followed", () -> err.toString(StandardCharsets.UTF_8).contains("began"));
        await(
                "its progress is shown",
                () -> err.toString(StandardCharsets.UTF_8).contains("░ 1/2"));
        cli.file("followed", "");
        await("its failure is told", () -> err.toString(StandardCharsets.UTF_8).contains("attempt 1 failed"));
        cli.file("failed", "");
        assertThat(code).succeedsWithin(SOON).isEqualTo(0);
        assertThat(works).succeedsWithin(SOON);
        assertThat(out.toString(StandardCharsets.UTF_8).lines()).containsSubsequence("one", "two", "other");
    }

    private static PrintStream stream(ByteArrayOutputStream bytes) {
        return new PrintStream(bytes, true, StandardCharsets.UTF_8);
    }

    /** Again and again: {@code run} ends with its own run, and may leave the other one to the next. */
    private boolean workUntilDone(CompletableFuture<?> followed, String task) {
        for (long end = System.nanoTime() + SOON.toNanos(); !followed.isDone() && System.nanoTime() < end; ) {
            cli.call("run", task, "--quiet");
        }
        return followed.isDone();
    }

    private static void await(String what, BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + SOON.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as(what).isLessThan(end);
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }
}
