package dev.errand.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class StandstillTest {
    private static final Duration WHILE = Duration.ofSeconds(2);

    /** As if the machine had been suspended, or had another user. */
    private static void freeze(Process process) throws Exception {
        Freeze.stop(process.pid());
        TimeUnit.NANOSECONDS.sleep(WHILE.toNanos()); // how long it stands still
        Freeze.resume(process.pid());
    }

    /** Says what it has noticed when it is sent a line. */
    static final class Watcher {
        private Watcher() {}

        public static void main(String[] arguments) throws Exception {
            try (Standstill standstill = Standstill.watched()) {
                System.out.println("watching");
                System.in.read();
                System.out.println(standstill.soFar());
            }
        }
    }

    @Test
    void aProcessThatStoodStillKnowsForHowLong() throws Exception {
        Process process = new ProcessBuilder(
                        System.getProperty("java.home") + "/bin/java",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Watcher.class.getName())
                .start();
        try (var said = process.inputReader()) {
            assertThat(said.readLine()).isEqualTo("watching");
            freeze(process);
            process.outputWriter().write("\n");
            process.outputWriter().flush();
            assertThat(Duration.parse(said.readLine())).isGreaterThan(WHILE.dividedBy(2));
        } finally {
            process.destroyForcibly();
        }
    }
}
