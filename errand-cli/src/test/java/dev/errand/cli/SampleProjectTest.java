package dev.errand.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The first minutes of a newcomer, on the store that nobody named. */
class SampleProjectTest {
    @TempDir
    Path folder;

    @Test
    void aSampleProjectRunsAsItIsMade() throws Exception {
        try (CliProcess init = CliProcess.start(folder, "init")) {
            init.await(line -> line.startsWith("next: errand run hello"));
            assertThat(init.exitCode()).isZero();
        }
        try (CliProcess hello = CliProcess.start(folder, "run", "hello", "--payload", "{\"name\":\"Ada\"}")) {
            hello.await("Hello Ada"::equals);
        }
        try (CliProcess shout = CliProcess.start(folder, "run", "shout", "--payload", "\"loud\"")) {
            shout.await("LOUD"::equals);
        }
        assertThat(folder.resolve(".errand/errand.db")).exists();
    }
}
