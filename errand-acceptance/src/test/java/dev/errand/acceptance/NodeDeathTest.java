package dev.errand.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Errand;
import dev.errand.Run;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** What is left of an isolated attempt when its node is killed: nothing, soon. */
@Isolated("measures how fast processes end")
class NodeDeathTest {
    @TempDir
    private Path folder;

    @Test
    void theProcessesOfANodeThatIsKilledEndWithinTwoSeconds() throws Exception {
        Process node = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        NodeDeathTest.class.getName(),
                        TestStore.url(folder))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        List<Long> pids;
        try {
            String line =
                    new BufferedReader(new InputStreamReader(node.getInputStream(), StandardCharsets.UTF_8)).readLine();
            pids = List.of(line.split(" ")).stream().map(Long::valueOf).toList();
            assertThat(pids).hasSize(3).allMatch(IsolatedEndTest::lives);
        } finally {
            node.destroyForcibly().waitFor();
        }
        Soon.awaitWithin(
                Duration.ofSeconds(2), "they are dead", () -> pids.stream().noneMatch(IsolatedEndTest::lives));
    }

    /** The node: prints the processes of its attempt. */
    public static void main(String[] arguments) throws Exception {
        try (Errand errand = Errand.builder()
                .store(arguments[0])
                .warmProcesses(0)
                .tasks(IsolatedTasks.STUBBORN)
                .open()) {
            Run<?> run = errand.trigger(IsolatedTasks.STUBBORN, null);
            Soon.await("it executes", () -> run.info().metadata().containsKey("pids"));
            List<?> pids = (List<?>) run.info().metadata().get("pids");
            System.out.println(
                    String.join(" ", pids.stream().map(String::valueOf).toList()));
            System.in.transferTo(OutputStream.nullOutputStream()); // ends with its parent
        }
    }
}
