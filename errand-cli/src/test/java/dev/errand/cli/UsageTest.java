package dev.errand.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is mistyped gets one helpful line and exit code 2. */
class UsageTest {
    @TempDir
    Path folder;

    private Cli cli = new Cli(Path.of(""));

    @BeforeEach
    void open() {
        cli = new Cli(folder);
    }

    private static void refused(Cli.Said said, String... parts) {
        assertThat(said.code()).isEqualTo(2);
        assertThat(said.out()).isEmpty();
        assertThat(said.err().lines()).hasSize(1);
        assertThat(said.err()).startsWith("errand: ").contains(parts);
    }

    @Test
    void anUnknownCommandIsAnsweredWithOneLikeIt() {
        refused(Cli.bare("rnus"), "unknown command 'rnus'", "did you mean run or runs?");
        refused(Cli.bare("runs", "lst"), "unknown command 'lst'", "did you mean list?");
    }

    @Test
    void anUnknownOptionIsAnsweredWithOneLikeIt() {
        refused(cli.call("runs", "list", "--stat", "QUEUED"), "unknown option '--stat'", "--state");
    }

    @Test
    void anUnknownStateIsAnsweredWithThoseThereAre() {
        refused(cli.call("runs", "list", "--state", "RUNNING"), "RUNNING", "EXECUTING");
    }

    @Test
    void aGroupWithoutACommandNamesThem() {
        refused(Cli.bare("runs"), "list", "purge");
    }

    @Test
    void nothingAtAllShowsWhatThereIs() {
        Cli.Said said = Cli.bare();
        assertThat(said.code()).isEqualTo(2);
        assertThat(said.err()).contains("trigger", "doctor");
    }

    @Test
    void brokenJsonIsShownWhereItBreaks() throws Exception {
        String echo = cli.script("echo.sh", "cat");
        refused(cli.call("run", echo, "--payload", "{\"a\": tru}"), "the payload is not JSON at line 1, column");
        Path file = cli.file("payload.json", "{\n  \"a\": 1,\n  \"b\"\n}");
        refused(cli.call("run", echo, "--payload", "@" + file), "payload.json is not JSON at line 4, column 1");
    }

    @Test
    void aMissingPayloadFileIsNamed() throws Exception {
        refused(cli.call("run", cli.script("echo.sh", "cat"), "--payload", "@nowhere.json"), "no file nowhere.json");
    }

    @Test
    void impossibleDurationsAreAnsweredWithPossibleOnes() throws Exception {
        cli.know(cli.script("echo.sh", "cat"));
        refused(cli.call("trigger", "echo", "--delay", "soon"), "--delay", "'soon' is not a duration", "30s");
        refused(cli.call("trigger", "echo", "--delay=-5m"), "'-5m' is not a duration");
        refused(cli.call("trigger", "echo", "--at", "25:61"), "'25:61' is no point in time", "18:30");
        refused(cli.call("trigger", "echo", "--at", "18:30", "--delay", "5m"), "--delay and --at");
    }

    @Test
    void keysThatMakeNoSenseAreRefused() throws Exception {
        cli.know(cli.script("echo.sh", "cat"));
        refused(cli.call("trigger", "echo", "--key-ttl", "1h"), "--key-ttl needs --idempotency-key");
        refused(cli.call("trigger", "echo", "--debounce-max", "1h"), "--debounce-max needs --debounce");
        refused(cli.call("trigger", "echo", "--debounce", "d"), "--debounce needs --delay");
        refused(
                cli.call("trigger", "echo", "--idempotency-key", "k".repeat(2049)),
                "an idempotency key has 1 to 2,048 characters, this one 2,049");
        refused(
                cli.call("trigger", "echo", "--debounce", "d", "--delay", "5m", "--debounce-max", "5m"),
                "a debounce delay of 5m reaches its bound of 5m");
        refused(cli.call("trigger", "echo", "--debounce", "d", "--delay", "5m", "--debounce-mode", "last"), "LEADING");
        refused(cli.call("trigger", "echo", "--max-duration", "4s"), "at least 5 s");
    }

    @Test
    void anUnknownTaskIsAnsweredWithOneLikeIt() throws Exception {
        cli.know(cli.script("wordcount.sh", "cat"));
        refused(cli.call("trigger", "wordcuont"), "No task 'wordcuont'", "did you mean wordcount?");
        refused(cli.call("tasks", "show", "wordcuont"), "No task 'wordcuont'", "did you mean wordcount?");
    }

    @Test
    void aRunThatIsNotThereIsNamed() throws Exception {
        cli.know(cli.script("echo.sh", "cat"));
        String nobody = "run_01j0000000e008000000000000";
        for (String command :
                new String[] {"show", "await", "logs", "why", "cancel", "retry", "replay", "purge", "emitted"}) {
            refused(cli.call("runs", command, nobody), "No run " + nobody);
        }
    }

    @Test
    void whatIsNoRunIdIsAnsweredWithOneThatIs() throws Exception {
        cli.know(cli.script("echo.sh", "cat"));
        refused(cli.call("runs", "show", "7"), "'7' is not a run id", "run_");
    }

    @Test
    void aMissingFileIsNamed() {
        refused(cli.call("run", "nowhere/Task.java"), "nowhere/Task.java");
    }

    @Test
    void aTaskThatDoesNotCompileIsShownWithLineAndColumn() throws Exception {
        Path file = cli.file("Broken.java", "import dev.errand.*;\n@AsTask\nint broken() { return \"no\"; }\n");
        refused(cli.call("run", file.toString()), "Broken.java:3:23", "String cannot be converted to int");
    }

    @Test
    void aPayloadThatDoesNotFitIsShownWithItsPath() throws Exception {
        Path file = cli.file(
                "Fit.java",
                "import dev.errand.*;\nrecord Photo(int width) {}\n@AsTask\nint fit(Photo p) { return p.width(); }\n");
        refused(
                cli.call("run", file.toString(), "--payload", "{\"width\":\"wide\"}"),
                "does not fit task fit at /width");
    }

    @Test
    void aPayloadIsCheckedWhereTheTasksCodeIsNot() throws Exception {
        String file = cli.file(
                        "Sized.java",
                        "import dev.errand.*;\nrecord Photo(@Default(\"64\") int width, String path) {}\n@AsTask\nint sized(Photo p) { return p.width(); }\n")
                .toString();
        assertThat(cli.call("run", file, "--payload", "{}").out()).isEqualTo("64\n");
        refused(
                cli.call("trigger", "sized", "--payload", "{\"width\":\"wide\"}"),
                "The payload does not fit task sized at /width: it is text; a whole number is needed");
        assertThat(cli.call("runs", "list", "--json").out()).containsOnlyOnce("\"id\"");
        assertThat(cli.call("tasks", "show", "sized").out())
                .contains("schema       {\n               \"type\"")
                .contains("\"default\" : 64");
    }

    @Test
    void aSchemaThatIsNoneIsShownWhereItIsWrong() throws Exception {
        String file = cli.file(
                        "Wrong.java",
                        "import dev.errand.*;\n@AsTask(schema = \"{\\\"type\\\":\\\"text\\\"}\")\nint wrong(Json p) { return 1; }\n")
                .toString();
        refused(cli.call("run", file), "the schema is wrong at /type: 'text' is none of string, integer");
    }

    @Test
    void commandsThatOnlyReadMakeNoStore() {
        Cli.Said said = cli.call("runs", "list");
        assertThat(said.code()).isEqualTo(1);
        assertThat(said.err()).startsWith("errand: no store at").contains("--store");
        assertThat(folder.resolve("errand.db")).doesNotExist();
    }

    @Test
    void aStoreNobodyKnowsIsNamed() {
        refused(Cli.bare("runs", "list", "--store", "errand.db"), "'errand.db' is no store", "jdbc:sqlite:errand.db");
    }

    @Test
    void noMessageShowsAPassword() {
        refused(
                Cli.bare("runs", "list", "--store", "postgresql://app:secret@db/app"),
                "'postgresql://…@db/app' is no store");
        for (String command : List.of("runs list", "store check", "store migrate", "store backup x", "doctor")) {
            List<String> arguments = new ArrayList<>(List.of(command.split(" ")));
            arguments.addAll(List.of("--store", "jdbc:mysql://db/app?user=u&password=secret"));
            Cli.Said said = Cli.bare(arguments.toArray(String[]::new));
            assertThat(said.code()).isEqualTo(1);
            assertThat(said.out() + said.err())
                    .contains("jdbc:mysql://db/app?user=u&password=…")
                    .doesNotContain("secret");
        }
    }

    @Test
    void aFileThatIsNoStoreFailsInOneLine() throws Exception {
        cli.file("errand.db", "Dear diary, ".repeat(500));
        Cli.Said said = cli.call("runs", "list");
        assertThat(said.code()).isEqualTo(1);
        assertThat(said.err().lines()).hasSize(1);
        assertThat(said.err()).contains("errand.db");
    }
}
