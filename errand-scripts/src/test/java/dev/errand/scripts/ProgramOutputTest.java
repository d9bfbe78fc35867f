package dev.errand.scripts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.errand.Json;
import dev.errand.Progress;
import dev.errand.Task;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(300)
class ProgramOutputTest {
    @TempDir
    Path folder;

    private final RecordedRun run = new RecordedRun();

    private @Nullable Object sh(String body) throws Exception {
        return sh(body, new Json("null"));
    }

    private @Nullable Object sh(String body, Json payload) throws Exception {
        Task<?, ?> task = Tasks.only(Tasks.script(folder, "job.sh", "#!/bin/sh\n" + body + "\n"));
        return Tasks.run(task, payload, run);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "echo '{\"a\": [1, 2]}'  | {\"a\": [1, 2]}",
                "echo ' 42 '             | 42",
                "echo true               | true",
                "echo 007                | \"007\"",
                "echo 'all \"well\" \\\\' | \"all \\\"well\\\" \\\\\"",
                "echo '{\"a\": 1'         | \"{\\\"a\\\": 1\"",
                "echo '1 2'              | \"1 2\"",
                "printf 'no newline'     | \"no newline\"",
                "printf 'x\\r\\n\\n\\n'  | \"x\"",
                ":                       | null",
            })
    void theLastLineIsTheOutputAsJsonOrText(String body, String output) throws Exception {
        assertThat(sh(body)).isEqualTo(new Json(output));
    }

    @Test
    void thePayloadComesOnStandardInput() throws Exception {
        assertThat(sh("cat", new Json("{\"a\":\"ä\"}"))).isEqualTo(new Json("{\"a\":\"ä\"}"));
    }

    @Test
    void aLargePayloadArrivesWhole() throws Exception {
        String text = "\"" + "x".repeat(2_000_000) + "\"";
        assertThat(sh("wc -c | tr -d ' '", new Json(text))).isEqualTo(new Json("2000002"));
    }

    @Test
    void aLargePayloadThatNobodyReadsHarmsNothing() throws Exception {
        assertThat(sh("exec <&-; echo done", new Json("\"" + "x".repeat(2_000_000) + "\"")))
                .isEqualTo(new Json("\"done\""));
    }

    @Test
    void allOtherLinesBecomeTheLog() throws Exception {
        // when
        var output = sh("echo one; echo two; echo three");
        sh("echo careful >&2; echo 'really' >&2");
        // then
        assertThat(output).isEqualTo(new Json("\"three\""));
        assertThat(run.log).containsExactly("INFO one", "INFO two", "INFO careful", "INFO really");
    }

    @Test
    void theLogIsWrittenWhileTheProgramRuns() throws Exception {
        Path gate = folder.resolve("gate");
        Thread other = Thread.ofVirtual().start(() -> {
            try {
                run.awaitLine("waiting");
                Files.createFile(gate);
            } catch (IOException | InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        assertThat(sh("echo waiting >&2; while [ ! -e '" + gate + "' ]; do sleep 0.01; done; echo through"))
                .isEqualTo(new Json("\"through\""));
        other.join();
    }

    @Test
    void progressAndEmittedItemsAreLinesOfTheirOwn() throws Exception {
        var output = sh("""
                echo '::progress 3/10'
                echo '::progress 4'
                echo '::emit {"n": 1}'
                echo '::emit plain text'
                echo '::progress soon'
                echo '"end"'
                echo '::progress 10/10'
                """);
        assertThat(output).isEqualTo(new Json("\"end\""));
        assertThat(run.progress).containsExactly(new Progress(3, 10), new Progress(4, 0), new Progress(10, 10));
        assertThat(run.emitted).containsExactly(new Json("{\"n\": 1}"), new Json("\"plain text\""));
        assertThat(run.log).containsExactly("INFO ::progress soon");
    }

    @Test
    void theEnvironmentNamesTheRun() throws Exception {
        Task<?, ?> task = Tasks.only(Tasks.script(
                folder,
                "env.sh",
                "#!/bin/sh\necho \"$ERRAND_RUN_ID $ERRAND_TASK $ERRAND_ATTEMPT ${ERRAND_RUN_NAME-none} $(pwd)\"\n"));
        RecordedRun named = new RecordedRun("nightly");
        String here = Path.of("").toAbsolutePath().toRealPath().toString();
        assertThat(Tasks.run(task, null, named))
                .isEqualTo(new Json("\"%s tested 1 nightly %s\"".formatted(named.id(), here)));
        assertThat(Tasks.run(task, null, run)).isEqualTo(new Json("\"%s tested 1 none %s\"".formatted(run.id(), here)));
    }

    @Test
    void anyOtherExitCodeIsAFailureWithTheLastErrors() {
        assertThatThrownBy(() -> sh("echo half; for i in 1 2 3 4 5 6 7 8 9 10 11 12; do echo err$i >&2; done; exit 3"))
                .isInstanceOfSatisfying(ProcessFailedException.class, e -> {
                    assertThat(e.failureType()).isEqualTo("exit 3");
                    assertThat(e.exitCode()).isEqualTo(3);
                    assertThat(e.getMessage()).startsWith("err3\n").endsWith("\nerr12");
                });
        assertThat(run.log).contains("INFO half");
    }

    @Test
    void exitCode75AsksToBeTriedAgainLater() {
        assertThatThrownBy(() -> sh("exit 75"))
                .isInstanceOfSatisfying(
                        ProcessFailedException.class,
                        e -> assertThat(e.failureType()).isEqualTo("exit 75"))
                .hasMessage("the program asked to be tried again later");
    }

    @Test
    void aProgramThatIsKilledSaysByWhichSignal() {
        assertThatThrownBy(() -> sh("kill -9 $$"))
                .isInstanceOfSatisfying(
                        ProcessFailedException.class,
                        e -> assertThat(e.failureType()).isEqualTo("exit 137"))
                .hasMessage("the program was ended by signal 9");
    }

    @Test
    void aMissingInterpreterIsNamed() throws IOException {
        Path file = Tasks.script(folder, "lost.py", "#!/no/such/python\nprint(1)\n");
        assertThatThrownBy(() -> Tasks.run(Tasks.only(file), null))
                .isInstanceOfSatisfying(
                        ProcessFailedException.class,
                        e -> assertThat(e.failureType()).isEqualTo("not started"))
                .hasMessageContaining("names /no/such/python, which is not there");
    }

    @Test
    void oneLineOfAGigabyteTakesBoundedMemory() throws Exception {
        // 1 GB without a line break on standard error, then a short output
        long before = usedAfterGc();
        assertThat(sh("head -c 1000000000 /dev/zero >&2; echo fine")).isEqualTo(new Json("\"fine\""));
        assertThat(usedAfterGc() - before).isLessThan(50_000_000);
        assertThat(run.log).singleElement().asString().hasSize("INFO ".length() + 65_536 + 1);
    }

    @Test
    void anOutputOfAGigabyteIsRefused() {
        assertThatThrownBy(() -> sh("head -c 1000000000 /dev/zero"))
                .hasMessageContaining("longer than 10000000 bytes")
                .isInstanceOfSatisfying(
                        ProcessFailedException.class,
                        e -> assertThat(e.failureType()).isEqualTo("exit 0"));
    }

    @Test
    void manyLinesAreAllReadAndTheLastIsTheOutput() throws Exception {
        assertThat(sh("yes 'a line of the log' | head -n 2000000; echo last")).isEqualTo(new Json("\"last\""));
        assertThat(run.logged.sum()).isEqualTo(2_000_000);
    }

    @Test
    void anOutputOfMegabytesStaysWhole() throws Exception {
        var output = sh("printf '\"'; head -c 3000000 /dev/zero | tr '\\0' x; echo '\"'");
        assertThat(output).isEqualTo(new Json("\"" + "x".repeat(3_000_000) + "\""));
    }

    @Test
    void pythonScriptsAreTasks() throws Exception {
        assumeTrue(isInstalled("python3"), "python3 is not installed: tasks in Python are NOT tested here");
        Path file = Tasks.script(folder, "sum.py", """
                #!/usr/bin/env python3
                # errand: id=add-up attempts=2
                import json, sys
                numbers = json.load(sys.stdin)
                print(f"adding {len(numbers)} numbers", file=sys.stderr)
                print(json.dumps({"sum": sum(numbers)}))
                """);
        Task<?, ?> task = Tasks.only(file);
        assertThat(task.id()).isEqualTo("add-up");
        assertThat(Tasks.run(task, new Json("[1, 2, 3]"), run)).isEqualTo(new Json("{\"sum\": 6}"));
        assertThat(run.log).containsExactly("INFO adding 3 numbers");
    }

    private static boolean isInstalled(String program) throws InterruptedException {
        try {
            return new ProcessBuilder(program, "--version").start().waitFor() == 0;
        } catch (IOException e) {
            return false;
        }
    }

    private static long usedAfterGc() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }
}
