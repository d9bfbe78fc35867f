package dev.errand.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Errand;
import dev.errand.process.JavaCommand;
import dev.errand.store.postgres.server.PostgresServer;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Processes with the class path of this one: quick to start, and small. What they say of errors is added to a log. */
final class JavaProcess {
    private static final JavaCommand COMMAND = new JavaCommand(
            List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx128m", "--enable-native-access=ALL-UNNAMED"),
            JavaProcess.class,
            JavaProcess::stores);

    private JavaProcess() {}

    static ProcessBuilder builder(Class<?> main, Path log, String... arguments) {
        return builder(List.of(), main, log, arguments);
    }

    /** @param options of the JVM, besides those of all */
    static ProcessBuilder builder(List<String> options, Class<?> main, Path log, String... arguments) {
        return new ProcessBuilder(COMMAND.of(options, main, List.of(arguments)))
                .redirectError(Redirect.appendTo(log.toFile()));
    }

    private static List<String> stores(Path folder) {
        PostgresServer server = PostgresServer.shared();
        return List.of("jdbc:sqlite:" + folder.resolve("errand.db"), server.url(server.createDatabase()));
    }

    /** What most of them do first. Arguments: URLs of stores. */
    public static void main(String[] arguments) throws Exception {
        for (String url : arguments) {
            try (Errand errand = Errand.builder()
                    .store(url)
                    .tasks(ChaosWorker.PLAIN)
                    .concurrency(1)
                    .open()) {
                errand.trigger(ChaosWorker.PLAIN, 1).await(Duration.ofMinutes(1));
            }
        }
    }

    /** As {@code kill} does, of the system. */
    static void signal(long pid, String signal) throws IOException, InterruptedException {
        int status =
                new ProcessBuilder("kill", signal, String.valueOf(pid)).start().waitFor();
        assertThat(status).as("kill " + signal).isZero();
    }
}
