package dev.errand.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One-shot runs: output, log, exit codes. */
@Tag(TestStore.ON_BOTH)
class RunCommandTest {
    @TempDir
    Path folder;

    private Cli cli = new Cli(Path.of(""));

    @BeforeEach
    void open() {
        cli = new Cli(folder);
    }

    @Test
    void theOutputGoesToStandardOutputAndTheLogToStandardError() throws Exception {
        Cli.Said said = cli.call("run", cli.script("greet.sh", "echo working >&2", "echo '\"hello\"'"));
        assertThat(said.code()).isZero();
        assertThat(said.out()).isEqualTo("hello\n");
        assertThat(said.err()).isEqualTo("working\n");
    }

    @Test
    void outputThatIsNoTextIsPrintedAsJson() throws Exception {
        assertThat(cli.call("run", cli.script("list.sh", "echo '[1,2]'")).line())
                .isEqualTo("[1,2]");
    }

    @Test
    void aRunWithoutOutputPrintsNothing() throws Exception {
        Path file = cli.file("Quiet.java", "import dev.errand.*;\n@AsTask\nvoid quiet() {}\n");
        Cli.Said said = cli.call("run", file.toString());
        assertThat(said.code()).isZero();
        assertThat(said.out()).isEmpty();
    }

    @Test
    void jsonPrintsTheWholeRun() throws Exception {
        Cli.Said said =
                cli.call("run", cli.script("greet.sh", "cat"), "--payload", "\"hello\"", "--json", "--name", "n");
        assertThat(said.json().get("state").stringValue()).isEqualTo("COMPLETED");
        assertThat(said.json().get("id").stringValue()).startsWith("run_");
        assertThat(said.json().get("output").stringValue()).isEqualTo("hello");
        assertThat(said.json().get("name").stringValue()).isEqualTo("n");
    }

    @Test
    void thePayloadMayComeFromAFile() throws Exception {
        Path payload = cli.file("payload.json", "{\"a\":1}\n");
        assertThat(cli.call("run", cli.script("echo.sh", "cat"), "--payload", "@" + payload)
                        .line())
                .isEqualTo("{\"a\":1}");
    }

    @Test
    void quietShowsNoLog() throws Exception {
        assertThat(cli.call("run", cli.script("loud.sh", "echo loud >&2"), "-q").err())
                .isEmpty();
    }

    @Test
    void aFailedRunSaysWhyInOneLineAndExitsWith1() throws Exception {
        Cli.Said said =
                cli.call("run", cli.script("fail.sh", "echo 'no such photo' >&2", "exit 3"), "-q", "--attempts", "1");
        assertThat(said.code()).isEqualTo(1);
        assertThat(said.out()).isEmpty();
        assertThat(said.err().lines()).hasSize(1);
        assertThat(said.err()).startsWith("errand: fail failed: exit 3").contains("no such photo");
    }

    @Test
    void verboseShowsTheFramesOfTheTaskAndOfNobodyElse() throws Exception {
        Path file = cli.file(
                "Thrower.java",
                "import dev.errand.*;\n@AsTask(attempts = 1)\nvoid thrower() {\n  throw new IllegalStateException(\"x\");\n}\n");
        assertThat(cli.call("run", file.toString()).err().lines()).hasSize(1);
        String frames = cli.call("run", file.toString(), "--verbose").err();
        assertThat(frames).contains("Thrower.java:4").doesNotContain("at dev.errand", "java.base");
    }

    @Test
    void aStrictRunOfABodyThatCannotBeReplayedFails() throws Exception {
        Path file = cli.file("Draw.java", """
                import dev.errand.*;
                @AsTask
                void draw(RunContext run) throws Exception {
                  run.step("draw " + java.util.UUID.randomUUID(), () -> {});
                }
                """);
        assertThat(cli.call("run", file.toString()).code()).isZero();
        Cli.Said said = cli.call("run", file.toString(), "--strict");
        assertThat(said.code()).isEqualTo(1);
        assertThat(said.err()).contains("The body of task 'draw' cannot be replayed", "Call 1, was step 'draw ");
    }

    @Test
    void retriesAreTold() throws Exception {
        Cli.Said said = cli.call(
                "run",
                cli.script(
                        "flaky.sh",
                        "# errand: attempts=3 delay=300ms",
                        "cd " + folder,
                        "[ -f tried ] && exit 0",
                        "touch tried",
                        "exit 9"));
        assertThat(said.code()).isZero();
        assertThat(said.err()).contains("attempt 1 failed: exit 9").contains("next in");
    }

    @Test
    void aRunThatTimesOutExitsWith124() throws Exception {
        Cli.Said said = cli.call("run", cli.script("slow.sh", "sleep 600"), "--timeout", "5s");
        assertThat(said.code()).isEqualTo(124);
        assertThat(said.err()).startsWith("errand: slow").contains(" 5s");
    }

    @Test
    void aFileWithSeveralTasksAsksWhich() throws Exception {
        Path file = cli.file(
                "Pair.java",
                "import dev.errand.*;\n@AsTask\nString one() { return \"1\"; }\n@AsTask\nString two() { return \"2\"; }\n");
        Cli.Said asked = cli.call("run", file.toString());
        assertThat(asked.code()).isEqualTo(2);
        assertThat(asked.err()).contains("--task", "one", "two");
        assertThat(cli.call("run", file.toString(), "--task", "TWO").line()).isEqualTo("2");
    }
}
