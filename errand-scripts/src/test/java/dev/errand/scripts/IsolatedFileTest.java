package dev.errand.scripts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Errand;
import dev.errand.Json;
import dev.errand.LogLine;
import dev.errand.Machine;
import dev.errand.Run;
import dev.errand.RunState;
import dev.errand.Task;
import dev.errand.TaskOptions;
import dev.errand.TriggerOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Task files whose attempts execute in child processes. */
class IsolatedFileTest {
    private static final Duration SOON = Duration.ofSeconds(90);

    @TempDir
    private Path folder;

    private Errand open(Task<?, ?>... tasks) {
        return Errand.builder()
                .store("jdbc:sqlite:" + folder.resolve("errand.db"))
                .budget(Machine.of(4, 8))
                .warmProcesses(0)
                .tasks(tasks)
                .open();
    }

    private Path source(String name, String body) throws IOException {
        return Files.writeString(folder.resolve(name), "import dev.errand.*;\n" + body);
    }

    @Test
    void aJavaFileWithAMachineExecutesInAProcessOfThatSize() throws Exception {
        Path file = source("Look.java", """
                record Seen(long pid, int processors, long heap, String from) {}
                @AsTask(machine = "micro")
                Seen look(String from, RunContext run) {
                    run.log().info("looking");
                    Runtime it = Runtime.getRuntime();
                    return new Seen(ProcessHandle.current().pid(), it.availableProcessors(), it.maxMemory() >> 20, from);
                }
                """);
        try (Errand errand = open(Tasks.only(file))) {
            Run<Json> run = errand.trigger("look", "here");
            assertThat(run.await(SOON).text()).contains("\"processors\":1", "\"heap\":17", "\"from\":\"here\"");
            assertThat(run.await(SOON).text())
                    .doesNotContain("\"pid\":" + ProcessHandle.current().pid() + ",");
            assertThat(run.log()).extracting(LogLine::message).containsExactly("looking");
        }
    }

    @Test
    void theVersionThatWasLoadedIsExecuted() throws Exception {
        Path file = source("Version.java", "@AsTask(isolated = true)\nString version() { return \"old\"; }\n");
        try (Errand errand = open(Tasks.only(file))) {
            Files.writeString(file, "this does not compile");
            assertThat(errand.trigger("version", null).await(SOON).text()).isEqualTo("\"old\"");
        }
    }

    @Test
    void aMachineOfTheTriggerIsolatesAFileAsWell() throws Exception {
        Path file = source("Pid.java", "@AsTask\nlong pid() { return ProcessHandle.current().pid(); }\n");
        try (Errand errand = open(Tasks.only(file))) {
            String here = Long.toString(ProcessHandle.current().pid());
            assertThat(errand.trigger("pid", null).await(SOON).text()).isEqualTo(here);
            Run<Json> run = errand.trigger("pid", null, TriggerOptions.none().machine(Machine.SMALL_1X));
            assertThat(run.await(SOON).text()).isNotEqualTo(here);
        }
    }

    @Test
    @Tag("full")
    void aProgramIsHeldToItsMachineAndKilledWithAllItStarted() throws Exception {
        Path calm = Tasks.script(folder, "calm.sh", "#!/bin/sh\n# errand: machine=micro\necho working >&2\ncat\n");
        Path greedy = Tasks.script(folder, "greedy.sh", """
                #!/bin/sh
                # errand: machine=micro
                x=$(head -c 300000000 /dev/zero | tr '\\0' x)
                sleep 100
                """);
        try (Errand errand = open(Tasks.only(calm), Tasks.only(greedy))) {
            Run<Json> first = errand.trigger("calm", "payload");
            assertThat(first.await(SOON)).isEqualTo(new Json("\"payload\""));
            assertThat(first.log()).extracting(LogLine::message).containsExactly("working");
            Run<Json> second = errand.trigger("greedy", null);
            second.result(SOON);
            assertThat(second.state()).isEqualTo(RunState.CRASHED);
            assertThat(second.info().reason()).contains("out of memory on machine micro");
        }
    }

    @Test
    void headersNameMachines() throws IOException {
        Path file = Tasks.script(
                folder, "task.sh", "#!/bin/sh\n# errand: machine=medium-1x isolated=true on-out-of-memory=3/6\n");
        TaskOptions options = Tasks.only(file).options();
        assertThat(options.machine()).isEqualTo(Machine.MEDIUM_1X);
        assertThat(options.isolated()).isTrue();
        assertThat(options.onOutOfMemory()).isEqualTo(Machine.of(3, 6));
    }

    @Test
    void whatIsNoMachineIsReportedWhereItStands() throws IOException {
        Path script = Tasks.script(folder, "task.sh", "#!/bin/sh\n# errand: machine=tiny\n");
        assertThat(TaskFiles.load(script).diagnostics()).singleElement().satisfies(diagnostic -> {
            assertThat(diagnostic.line()).isEqualTo(2);
            assertThat(diagnostic.toString()).contains("'tiny' is no machine; there are micro");
        });
        Path java = source("Tiny.java", "@AsTask(machine = \"tiny\")\nvoid tiny() {}\n");
        assertThat(Optional.of(TaskFiles.load(java).diagnostics().getFirst().toString()))
                .hasValueSatisfying(
                        text -> assertThat(text).contains("Tiny.java:3").contains("'tiny' is no machine"));
    }
}
