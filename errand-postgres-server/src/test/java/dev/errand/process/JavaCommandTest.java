package dev.errand.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JavaCommandTest {
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    @TempDir
    private Path folder;

    /** Says what it is told. */
    static final class Hello {
        private Hello() {}

        public static void main(String[] arguments) {
            System.out.println("hello " + arguments[0]);
        }
    }

    @Test
    void aProcessBeginsWithTheClassesThatTheFirstOneNeeded() throws Exception {
        // given
        JavaCommand command = new JavaCommand(
                List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"), Hello.class, own -> List.of("trainer"));
        Path log = folder.resolve("classes.log");
        List<String> options = List.of("-Xlog:class+load:file=" + log);
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (command.of(options, Hello.class, List.of("world")).stream()
                .noneMatch(each -> each.contains("AOTCache"))) {
            assertThat(System.nanoTime()).as("a cache is there").isLessThan(deadline);
            LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
        }
        // when
        Process process = new ProcessBuilder(command.of(options, Hello.class, List.of("world"))).start();
        // then
        assertThat(process.inputReader().readLine()).isEqualTo("hello world");
        assertThat(process.waitFor()).isZero();
        assertThat(Files.readAllLines(log))
                .anyMatch(line -> line.contains(Hello.class.getName()) && line.contains("shared objects file"));
    }
}
