package dev.errand.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The examples run as they stand, each in a process of its own, and say what they should. */
class ExamplesTest {
    @TempDir
    Path folder;

    @Test
    void theQuickStartSendsItsMail() throws Exception {
        assertThat(run("QuickStart")).isEqualTo("sent to ada@example.org");
    }

    @Test
    void aThousandRunsTriggeredAtOnceAllComplete() throws Exception {
        assertThat(run("ManyAtOnce")).isEqualTo("1² + 2² + … + 1000² = 333833500");
    }

    @Test
    void aTaskObeysTheServiceItCalls() throws Exception {
        assertThat(run("PoliteRetry").lines()).containsExactly("one lamp at attempt 3", "FAILED at attempt 1");
    }

    @Test
    void theExamplesOfThePagesDoWhatTheySay() throws Exception {
        assertThat(run("Tour").lines())
                .containsSubsequence("10 letters, never more than two at a time")
                .containsSubsequence("attempt 1", "attempt 2", "invoice 7: the account is empty", "FAILED")
                .containsSubsequence("the first tick", "one more tick", "scheduled as tick")
                .containsSubsequence("sent to ada@example.org, the same run: true")
                .containsSubsequence(
                        "small-beach.png",
                        "java.lang.IllegalArgumentException: notes.txt is no picture",
                        "small-sunset.png")
                .containsSubsequence(
                        "{\"from\":\"EUR\",\"cents\":250,\"places\":2}",
                        "The payload does not fit task convert at /from: one of \"EUR\", \"USD\" is needed");
    }

    @ParameterizedTest
    @ValueSource(strings = {"queues", "retries", "hooks", "schedules", "idempotency", "batches", "schemas", "machines"})
    void eachPageNamesAnExampleToRun(String page) throws IOException {
        Matcher command = Pattern.compile("(?m)^    (?:java|\\./errand) .*?(examples/\\S+\\.java)")
                .matcher(Files.readString(Path.of("../docs", page + ".md")));
        assertThat(command.find()).isTrue();
        assertThat(Path.of("..", command.group(1))).isRegularFile();
    }

    @Test
    void theReadmeShowsTheQuickStartAsItIs() throws IOException {
        Path source = Path.of("src/main/java/dev/errand/examples/QuickStart.java");
        String region = Files.readString(source)
                .replaceFirst("(?s).*// region readme\\R", "")
                .replaceFirst("(?s)// endregion.*", "");
        assertThat(region).contains("Errand.open");
        assertThat(Files.readString(Path.of("../README.md"))).contains("```java\n" + region + "```");
    }

    private String run(String example) throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-Dstdout.encoding=UTF-8",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "dev.errand.examples." + example)
                .directory(folder.toFile())
                .redirectError(folder.resolve("err").toFile())
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue())
                .describedAs(Files.readString(folder.resolve("err")))
                .isZero();
        return output.strip();
    }
}
