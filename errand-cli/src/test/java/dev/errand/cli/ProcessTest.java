package dev.errand.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Commands as processes: Ctrl-C, a served folder. */
@Tag(TestStore.ON_BOTH)
class ProcessTest {
    @TempDir
    Path folder;

    private Cli cli = new Cli(Path.of(""));

    @BeforeEach
    void open() {
        cli = new Cli(folder);
    }

    @Test
    void anInterruptedRunIsQueuedAgainWithoutHavingSpentAnAttempt() throws Exception {
        cli.script("tasks/slow.sh", "echo started >&2", "[ -f " + folder + "/go ] || sleep 60", "echo done");
        String said;
        try (CliProcess run = CliProcess.start(cli, "run", "slow")) {
            run.await("started"::equals);
            run.interrupt();
            said = run.await(line -> line.contains("interrupted"));
            assertThat(run.exitCode()).isEqualTo(130);
        }
        assertThat(said).startsWith("errand: interrupted; run_").contains("is QUEUED again");
        String id = said.replaceAll(".*(run_[0-9a-z]{26}).*", "$1");
        JsonNode run = cli.call("runs", "show", id, "--json").json();
        assertThat(run.get("state").stringValue()).isEqualTo("QUEUED");

        Files.createFile(folder.resolve("go"));
        try (CliProcess dev = CliProcess.start(cli, "dev")) {
            dev.await(line -> line.contains(id) && line.contains("COMPLETED"));
        }
        assertThat(cli.call("runs", "show", id, "--json").json().get("attempt").intValue())
                .isEqualTo(1);
    }

    @Test
    void aFolderThatIsServedStrictlyFailsABodyThatCannotBeReplayed() throws Exception {
        cli.file("tasks/Draw.java", """
                import dev.errand.*;
                @AsTask
                void draw(RunContext run) throws Exception {
                  run.step("draw " + java.util.UUID.randomUUID(), () -> {});
                }
                """);
        try (CliProcess dev = CliProcess.start(cli, "dev", "--strict")) {
            dev.await(line -> line.contains("serving tasks"));
            Cli.Said said = cli.call("trigger", "draw", "--wait=60s");
            assertThat(said.code()).isEqualTo(1);
            assertThat(said.err()).contains("The body of task 'draw' cannot be replayed");
        }
    }

    @Test
    void aServedFolderRunsWhatOthersTriggerAndReloadsWhatIsSaved() throws Exception {
        cli.script("tasks/greet.sh", "echo '\"hello\"'");
        try (CliProcess dev = CliProcess.start(cli, "dev", "--concurrency", "3")) {
            dev.await(line -> line.contains("greet.sh loaded: greet"));
            dev.await(line -> line.contains("serving tasks") && line.contains("3 at a time"));
            assertThat(cli.call("trigger", "greet", "--wait=60s").line()).isEqualTo("hello");
            dev.await(line -> line.contains("greet") && line.contains("COMPLETED"));

            cli.script("tasks/greet.sh", "echo '\"servus\"'");
            dev.await(line -> line.contains("greet.sh reloaded"));
            assertThat(cli.call("trigger", "greet", "--wait=60s").line()).isEqualTo("servus");

            Files.writeString(
                    folder.resolve("tasks/Broken.java"), "@dev.errand.AsTask\nint broken() { return \"\"; }\n");
            dev.await(line -> line.contains("Broken.java:2:"));

            JsonNode node = cli.call("nodes", "list", "--json").json().get(0);
            String number = node.get("number").toString();
            assertThat(node.get("concurrency").intValue()).isEqualTo(3);
            assertThat(cli.call("nodes", "concurrency", number, "5").code()).isZero();
            assertThat(cli.call("nodes", "concurrency", "999999", "5").code()).isEqualTo(2);
            assertThat(cli.call("nodes", "drain", number).line()).contains("will start nothing more");
            assertThat(cli.call("nodes", "list", "--json")
                            .json()
                            .get(0)
                            .get("concurrency")
                            .intValue())
                    .isZero();
            assertThat(cli.call("nodes", "drain", "999999").code()).isEqualTo(2);

            dev.interrupt();
            dev.await(line -> line.contains("ending"));
            assertThat(dev.exitCode()).isEqualTo(130);
        }
        assertThat(cli.call("nodes", "list", "--json").json()).isEmpty();
    }
}
