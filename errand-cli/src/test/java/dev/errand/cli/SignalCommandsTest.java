package dev.errand.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Errand;
import dev.errand.Run;
import dev.errand.RunId;
import dev.errand.Task;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Signals and published values on the command line. */
@Tag(TestStore.ON_BOTH)
class SignalCommandsTest {
    private static final Task<String, String> SPEAK = Task.named("speak", String.class, String.class)
            .run((payload, run) -> {
                run.publish("mood", "patient");
                return run.receive("word", String.class);
            });

    @TempDir
    Path folder;

    private Cli cli = new Cli(Path.of(""));
    private String id = "";

    @BeforeEach
    void trigger() {
        cli = new Cli(folder);
        try (Errand errand =
                Errand.builder().store(cli.store()).tasks(SPEAK).concurrency(0).open()) {
            id = errand.trigger(SPEAK, "").id().toString();
        }
    }

    @Test
    void aSignalIsSentAndShownUntilItIsReceived() throws Exception {
        assertThat(cli.call("runs", "signal", id, "word", "\"now\"").out()).isEqualToIgnoringNewLines("sent");
        Path file = cli.file("value.json", "{\"a\":1}\n");
        JsonNode sent =
                cli.call("runs", "signal", id, "other", "@" + file, "--json").json();
        assertThat(sent.get("answer").stringValue()).isEqualTo("OK");
        assertThat(cli.call("runs", "signal", id, "bare").code()).isZero();
        assertThat(cli.call("runs", "show", id).out())
                .containsPattern("NOT RECEIVED +SENT +VALUE")
                .containsPattern("word +.+ \"now\"")
                .containsPattern("other +.+ \\{\"a\":1}")
                .containsPattern("bare +.+ null");
        try (Errand errand = Errand.open(cli.store(), SPEAK)) {
            Run<String> run = errand.run(RunId.of(id), SPEAK);
            assertThat(run.await(Duration.ofSeconds(60))).isEqualTo("now");
        }
        assertThat(cli.call("runs", "show", id).out())
                .containsPattern("PUBLISHED +AT +VALUE")
                .containsPattern("mood +.+ \"patient\"")
                .doesNotContainPattern("word +\\d.+ \"now\"");
        JsonNode shown = cli.call("runs", "show", id, "--json").json();
        assertThat(shown.get("published").get(0).get("value").stringValue()).isEqualTo("patient");
        assertThat(shown.get("signals").size()).isEqualTo(2);
        Cli.Said late = cli.call("runs", "signal", id, "word", "1");
        assertThat(late.code()).isEqualTo(1);
        assertThat(late.err()).contains(id + " has ended");
    }

    @Test
    void whoIsSentNothingIsTold() {
        String unknown = "run_" + "0".repeat(26);
        Cli.Said nobody = cli.call("runs", "signal", unknown, "word", "1");
        assertThat(nobody.code()).isEqualTo(1);
        assertThat(nobody.err()).contains("there is no run " + unknown);
        assertThat(cli.call("runs", "signal", id, "word", "now").err()).contains("the value");
        assertThat(cli.call("runs", "signal", id).code()).isEqualTo(2);
    }
}
