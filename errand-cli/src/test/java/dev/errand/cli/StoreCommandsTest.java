package dev.errand.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Errand;
import dev.errand.RunId;
import dev.errand.Task;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Backing a store up, and copying it; what is copied is tested with the stores. */
class StoreCommandsTest {
    @TempDir
    Path folder;

    private Cli cli = new Cli(Path.of(""));

    @BeforeEach
    void open() {
        cli = new Cli(folder);
    }

    private static JsonNode runs(String url) {
        return Cli.bare("runs", "list", "--json", "--store", url).json();
    }

    @Test
    void aBackupHoldsWhatTheStoreHolds() throws Exception {
        cli.know(cli.script("greet.sh", "echo hello"));
        Path backup = folder.resolve("backup.db");
        Cli.Said said = cli.call("store", "backup", backup.toString());
        assertThat(said.code()).isZero();
        assertThat(said.line()).startsWith(backup + ": 1 runs (1 ended), 1 tasks");
        assertThat(runs("jdbc:sqlite:" + backup)).isEqualTo(runs(cli.store()));
    }

    @Test
    void aBackupMadeAtWorkIsWholeAndHasAllThatWasAcknowledgedBefore() throws Exception {
        Task<Integer, Integer> echo =
                Task.named("echo", Integer.class, Integer.class).run((payload, run) -> payload);
        List<RunId> before = new ArrayList<>();
        CountDownLatch triggered = new CountDownLatch(500);
        Path backup = folder.resolve("backup.db");
        try (Errand errand = Errand.open(cli.store(), echo)) {
            Thread load = Thread.ofPlatform().start(() -> {
                for (int i = 0; !Thread.currentThread().isInterrupted(); i++) {
                    RunId id = errand.trigger(echo, i).id();
                    if (triggered.getCount() > 0) {
                        before.add(id);
                    }
                    triggered.countDown();
                }
            });
            triggered.await();
            Cli.Said said = cli.call("store", "backup", backup.toString(), "--json");
            load.interrupt();
            load.join();
            assertThat(said.err()).isEmpty();
            assertThat(said.json().get("runs").intValue()).isGreaterThanOrEqualTo(500);
        }
        try (Errand errand =
                Errand.builder().store("jdbc:sqlite:" + backup).concurrency(0).open()) {
            assertThat(before)
                    .hasSize(500)
                    .allSatisfy(id -> assertThat(errand.run(id).info().id()).isEqualTo(id));
        }
    }

    @Test
    void aBackupOverwritesNothing() throws Exception {
        cli.know(cli.script("greet.sh", "echo hello"));
        Path taken = cli.file("taken.db", "precious");
        Cli.Said said = cli.call("store", "backup", taken.toString());
        assertThat(said.code()).isEqualTo(1);
        assertThat(said.err()).isEqualTo("errand: " + taken + " exists already; a backup overwrites nothing\n");
        assertThat(taken).hasContent("precious");
        assertThat(folder.resolve("taken.db.partial")).doesNotExist();
    }

    @Test
    void aBackupOfPostgresIsLeftToPostgres() {
        Cli.Said said =
                Cli.bare("store", "backup", "x.db", "--store", "jdbc:postgresql://localhost/app?errand.schema=jobs");
        assertThat(said.code()).isEqualTo(1);
        assertThat(said.err()).contains("pg_dump --schema=jobs");
    }

    @Test
    void aCopyIsCounted() throws Exception {
        cli.know(cli.script("greet.sh", "echo hello"));
        String to = "jdbc:sqlite:" + folder.resolve("second.db");
        Cli.Said said = Cli.bare("store", "copy", cli.store(), to);
        assertThat(said.line()).startsWith("copied and counted: 1 runs (1 ended), 1 tasks");
        assertThat(runs(to)).isEqualTo(runs(cli.store()));
        assertThat(Cli.bare("store", "copy", cli.store(), to).err())
                .startsWith("errand: " + to)
                .contains("is not empty");
    }

    @Test
    void aCopyNeedsAStoreToReadAndAnotherToFill() throws Exception {
        String missing = "jdbc:sqlite:" + folder.resolve("missing.db");
        assertThat(Cli.bare("store", "copy", missing, cli.store()).err()).contains("no store at");
        cli.know(cli.script("greet.sh", "echo hello"));
        assertThat(Cli.bare("store", "copy", cli.store(), cli.store()).err()).contains("into itself");
        assertThat(Cli.bare("store", "copy", cli.store(), "second.db").err()).contains("'second.db' is no store");
    }
}
