package dev.errand.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MachineOptionsTest {
    @TempDir
    private Path folder;

    private Cli cli;

    @BeforeEach
    void open() {
        cli = new Cli(folder);
    }

    private Path task() throws Exception {
        return cli.file("Cpus.java", """
                import dev.errand.*;
                @AsTask
                String cpus() {
                    return ProcessHandle.current().pid() + " " + Runtime.getRuntime().availableProcessors();
                }
                """);
    }

    @Test
    void aRunOnAMachineHasAProcessOfThatSize() throws Exception {
        String here = Long.toString(ProcessHandle.current().pid());
        assertThat(cli.call("run", task().toString()).line()).startsWith(here + " ");
        Cli.Said said = cli.call("run", task().toString(), "--machine", "7/1");
        assertThat(said.line()).endsWith(" 7").doesNotStartWith(here + " ");
        assertThat(cli.call("run", task().toString(), "--isolated").line()).doesNotStartWith(here + " ");
    }

    @Test
    void whatIsNoMachineIsRefusedInOneLine() throws Exception {
        Cli.Said said = cli.call("run", task().toString(), "--machine", "huge");
        assertThat(said.code()).isEqualTo(2);
        assertThat(said.err()).startsWith("errand: --machine: 'huge' is no machine; there are micro, small-1x");
        assertThat(said.err().lines()).hasSize(1);
    }
}
