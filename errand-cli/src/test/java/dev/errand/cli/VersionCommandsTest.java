package dev.errand.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Errand;
import dev.errand.Run;
import dev.errand.RunId;
import dev.errand.Task;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Versions of code, and replays from a step, on the command line. */
@Tag(TestStore.ON_BOTH)
class VersionCommandsTest {
    private static final Duration SOON = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    private final List<String> calls = new CopyOnWriteArrayList<>();

    private final Task<String, String> pack = Task.named("pack", String.class, String.class)
            .run((payload, run) -> {
                run.step("fetch", () -> {
                    calls.add("fetch");
                });
                run.step("wrap", () -> {
                    calls.add("wrap");
                });
                return payload;
            });

    @Test
    void aRunIsReplayedFromAStepAndTellsWhichVersionMadeIt() throws Exception {
        Cli cli = new Cli(folder);
        try (Errand errand =
                Errand.builder().store(cli.store()).version("2.4.1").tasks(pack).open()) {
            Run<String> run = errand.trigger(pack, "box");
            run.await(SOON);
            assertThat(cli.call("nodes", "list").out())
                    .containsPattern("NODE +NAME +PID +VERSION")
                    .contains("2.4.1");
            String id = run.id().toString();
            calls.clear();
            String replay = cli.call("runs", "replay", id, "--from", "wrap").line();
            assertThat(errand.run(RunId.of(replay), pack).await(SOON)).isEqualTo("box");
            assertThat(calls).containsExactly("wrap");
            assertThat(cli.call("runs", "show", replay).out())
                    .containsPattern("replay of +" + id)
                    .containsPattern("version +2\\.4\\.1")
                    .containsPattern("1 +COMPLETED +\\d+ +2\\.4\\.1 ");
            JsonNode shown = cli.call("runs", "show", replay, "--json").json();
            assertThat(shown.get("version").stringValue()).isEqualTo("2.4.1");
            assertThat(shown.get("attempts").get(0).get("version").stringValue())
                    .isEqualTo("2.4.1");
            JsonNode again =
                    cli.call("runs", "replay", id, "--from", "fetch", "--json").json();
            assertThat(again.get("replayOf").stringValue()).isEqualTo(id);
            Cli.Said unknown = cli.call("runs", "replay", id, "--from", "ship");
            assertThat(unknown.code()).isEqualTo(1);
            assertThat(unknown.err()).contains("a step 'ship'", "fetch, wrap");
        }
    }

    @Test
    void aRunOfAFileTellsTheVersionThatItIsGiven() throws Exception {
        Cli cli = new Cli(folder);
        Cli.Said said = cli.call("run", cli.script("greet.sh", "cat"), "--code-version", "2.4.1", "--json");
        assertThat(said.json().get("version").stringValue()).isEqualTo("2.4.1");
        Cli.Said empty = cli.call("run", cli.script("greet.sh", "cat"), "--code-version", "");
        assertThat(empty.code()).isEqualTo(2);
        assertThat(empty.err()).contains("a version has 1 to 100 characters").hasLineCount(1);
    }
}
