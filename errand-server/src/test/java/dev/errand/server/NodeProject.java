package dev.errand.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The scripts of {@code src/test/node}, with what they need from npm beside them, in {@code target/node}. */
final class NodeProject {
    private static final Path SOURCES = Path.of("src/test/node");
    private static final Path FOLDER = Path.of("target/node");
    private static final String LOCK = "package-lock.json";
    private static final int OLDEST = 20;
    private static final Pattern UNREACHABLE =
            Pattern.compile("ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ENETUNREACH|ETIMEDOUT");
    private static final Duration INSTALLATION = Duration.ofMinutes(10);

    /** What a process has said, errors too, and how it has ended. */
    record Output(int exitCode, String text) {
        List<String> lines() {
            return text.lines().toList();
        }
    }

    private NodeProject() {}

    /** Ready to run: packages are installed once, and again when others are wanted. Aborts the test where there is no Node or no npm. */
    static NodeProject installed() throws IOException, InterruptedException {
        requireNode();
        Files.createDirectories(FOLDER);
        Path installed = FOLDER.resolve("installed");
        boolean fresh = Files.exists(installed) && Files.mismatch(installed, SOURCES.resolve(LOCK)) == -1;
        copySources();
        if (!fresh) {
            Output npm = start(
                    List.of("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline"),
                    Map.of(),
                    INSTALLATION);
            if (npm.exitCode() != 0 && UNREACHABLE.matcher(npm.text()).find()) {
                abort("npm reaches no registry: the SDK is NOT tested here\n" + npm.text());
            }
            assertThat(npm.exitCode()).as(npm.text()).isZero();
            Files.copy(SOURCES.resolve(LOCK), installed, StandardCopyOption.REPLACE_EXISTING);
        }
        return new NodeProject();
    }

    private static void requireNode() throws InterruptedException {
        String version = version("node");
        int major = version.matches("v\\d+\\..*") ? Integer.parseInt(version.substring(1, version.indexOf('.'))) : 0;
        if (major < OLDEST || version("npm").isEmpty()) {
            abort("Node %d with npm is needed, and there is %s: the SDK is NOT tested here"
                    .formatted(OLDEST, version.isEmpty() ? "none" : "Node " + version));
        }
    }

    /** Empty if there is no such program. */
    private static String version(String program) throws InterruptedException {
        try {
            return start(List.of(program, "--version"), Map.of(), Duration.ofMinutes(1))
                    .text()
                    .strip();
        } catch (IOException e) {
            return "";
        }
    }

    private static void copySources() throws IOException {
        try (Stream<Path> sources = Files.list(SOURCES)) {
            for (Path source : sources.filter(Files::isRegularFile).toList()) {
                Files.copy(source, FOLDER.resolve(source.getFileName()), StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    /** Runs a script to its end. */
    Output run(String script, Map<String, String> environment, Duration longest)
            throws IOException, InterruptedException {
        return start(List.of("node", script), environment, longest);
    }

    private static Output start(List<String> command, Map<String, String> environment, Duration longest)
            throws IOException, InterruptedException {
        Path said = Files.createTempFile("errand-node", ".log");
        try {
            ProcessBuilder builder = new ProcessBuilder(new ArrayList<>(command))
                    .redirectErrorStream(true)
                    .redirectOutput(said.toFile());
            if (Files.isDirectory(FOLDER)) {
                builder.directory(FOLDER.toFile());
            }
            builder.environment().putAll(environment);
            Process process = builder.start();
            boolean ended = process.waitFor(longest.toSeconds(), TimeUnit.SECONDS);
            if (!ended) {
                process.destroyForcibly().waitFor();
            }
            return new Output(
                    ended ? process.exitValue() : -1,
                    Files.readString(said) + (ended ? "" : "\nIt was ended after " + longest));
        } finally {
            Files.delete(said);
        }
    }
}
