package dev.errand.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What services log, in processes of their own. */
class LogFormatTest {
    @TempDir
    Path folder;

    private Cli cli = new Cli(Path.of(""));

    @BeforeEach
    void open() throws Exception {
        cli = new Cli(folder);
        cli.file("tasks/Warn.java", """
                import dev.errand.*;
                @AsTask
                void warn(RunContext run) throws Exception {
                  // on a thread of its own
                  run.parallel("all", Branch.of("only", String.class, () -> {
                    org.slf4j.LoggerFactory.getLogger("mine").atWarn().addKeyValue("stock", 3).log("Little is left");
                    return "";
                  }));
                }
                """);
    }

    @Test
    void asJsonAllOnStandardErrorIsADocumentALine() throws Exception {
        try (CliProcess node = CliProcess.start(cli, "node", "--log-format", "json")) {
            JsonNode started = json(node.await(line -> line.contains("working on")));
            assertThat(started.get("level").stringValue()).isEqualTo("INFO");
            assertThat(started.get("formattedMessage").stringValue()).startsWith("working on jdbc:sqlite:");
            String id = cli.call("trigger", "warn").line();
            JsonNode warned = json(node.await(line -> line.contains("Little is left")));
            assertThat(warned.get("level").stringValue()).isEqualTo("WARN");
            assertThat(warned.get("loggerName").stringValue()).isEqualTo("mine");
            assertThat(warned.at("/mdc/run").stringValue()).isEqualTo(id);
            assertThat(warned.at("/mdc/attempt").stringValue()).isEqualTo("1");
            assertThat(warned.at("/kvpList/0/stock").stringValue()).isEqualTo("3");
            node.interrupt();
            json(node.await(line -> line.contains("ending: ")));
            node.exitCode();
            assertThat(node.seen())
                    .allSatisfy(
                            line -> assertThat(json(line).isObject()).as(line).isTrue());
        }
    }

    @Test
    void asTextALineOfABodyNamesItsRun() throws Exception {
        try (CliProcess node = CliProcess.start(cli, "node")) {
            node.await(line -> line.startsWith("working on"));
            String id = cli.call("trigger", "warn").line();
            assertThat(node.await(line -> line.contains("Little is left")))
                    .contains(" WARN mine: Little is left stock=3 ")
                    .contains("run=" + id, "attempt=1", "task=warn")
                    .doesNotContain("  ");
        }
    }

    @Test
    void aFormatThatThereIsNotIsRefused() {
        Cli.Said said = cli.call("node", "--log-format", "xml");
        assertThat(said.code()).isEqualTo(2);
        assertThat(said.err()).contains("--log-format").contains("xml").hasLineCount(1);
    }

    private static JsonNode json(String line) {
        return new JsonMapper().readTree(line);
    }
}
