package dev.errand.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Errand;
import dev.errand.Event;
import dev.errand.EventFilter;
import dev.errand.Json;
import dev.errand.LogLine;
import dev.errand.Progress;
import dev.errand.Run;
import dev.errand.RunId;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(180)
class ImportTest {
    private static final Duration SOON = Duration.ofSeconds(90);

    @TempDir
    Path folder;

    private Json payload(int pauseMillis) {
        return ExampleTasksTest.json(
                "{'path':'%s','to':'%s','batch':200,'pauseMillis':%s}",
                Repository.DATA.resolve("people.csv").toAbsolutePath(), target(), pauseMillis);
    }

    private Path target() {
        return folder.resolve("people.jsonl");
    }

    @Test
    void allPeopleAreImportedOnce() throws Exception {
        try (Errand errand = Repository.open(folder.resolve("errand.db"), "Import.java")) {
            Run<Json> run = errand.trigger("import", payload(0));
            Json summary = run.await(SOON);
            assertEverybodyIsThereOnce(summary);
            assertThat(run.progress()).contains(new Progress(10_000, 10_000));
        }
    }

    @Test
    void anImportThatIsKilledMidwayGoesOnWhereItWas() throws Exception {
        // given a process that is killed while it imports
        RunId id = startAndKillMidway();
        long soFar = Files.size(target());
        assertThat(soFar).isPositive();
        // when another one opens the same store
        try (Errand errand = Repository.open(folder.resolve("errand.db"), "Import.java")) {
            Run<Json> run = errand.run(id);
            // then
            assertEverybodyIsThereOnce(run.await(SOON));
            assertThat(run.log()).extracting(LogLine::message).anyMatch(line -> line.startsWith("Going on with"));
        }
    }

    private void assertEverybodyIsThereOnce(Json summary) throws IOException {
        List<String> lines = Files.readAllLines(target());
        assertThat(lines)
                .allMatch(line -> line.startsWith("{\"id\":\"") && line.endsWith("\"}"))
                .doesNotHaveDuplicates();
        List<Integer> ids = lines.stream()
                .map(line -> Integer.parseInt(line.substring(7, line.indexOf('"', 7))))
                .toList();
        assertThat(ids).isSorted().doesNotHaveDuplicates();
        int rejected = 10_000 - lines.size();
        assertThat(rejected).isBetween(1, 200);
        assertThat(summary.text()).contains("\"imported\":" + lines.size() + ",\"rejected\":" + rejected + ",");
    }

    private RunId startAndKillMidway() throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        Importing.class.getName(),
                        folder.toString(),
                        payload(200).text())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader output = process.inputReader()) {
            RunId id = RunId.of(output.readLine());
            assertThat(output.readLine()).isEqualTo("midway");
            return id;
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    /** A process that imports, says when it is well under way, and waits to be killed. */
    static final class Importing {
        private Importing() {}

        public static void main(String[] arguments) throws InterruptedException {
            BlockingQueue<Event> events = new LinkedBlockingQueue<>();
            Errand errand = Repository.open(Path.of(arguments[0]).resolve("errand.db"), "Import.java");
            errand.on(EventFilter.all(), events::add);
            Run<Json> run = errand.trigger("import", new Json(arguments[1]));
            System.out.println(run.id());
            while (run.progress().map(Progress::done).orElse(0L) < 2000) {
                events.poll(1, TimeUnit.SECONDS);
            }
            System.out.println("midway");
            TimeUnit.DAYS.sleep(1);
        }
    }
}
