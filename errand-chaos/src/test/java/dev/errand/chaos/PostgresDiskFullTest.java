package dev.errand.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.errand.store.postgres.server.PostgresServer;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The database's disk fills up under load, and is given room again. */
class PostgresDiskFullTest {
    private static final Map<String, String> SMALL = Map.of("min_wal_size", "32MB", "max_wal_size", "48MB");

    @TempDir
    private Path folder;

    @Test
    void nothingIsLostWhenTheDatabasesDiskIsFull() throws Exception {
        Path disk = Files.createTempDirectory("errand-disk"); // where the server's user can reach it
        assumeTrue(mount(disk), "SKIPPED: needs to be root to mount a small disk");
        try {
            fillUnderLoad(disk);
        } finally {
            run("umount", "-l", disk.toString());
        }
    }

    private void fillUnderLoad(Path disk) throws Exception {
        Path data = Files.createDirectory(disk.resolve("server"));
        try (PostgresServer server = PostgresServer.start(data, SMALL);
                Cluster cluster = new Cluster(server.url(server.createDatabase()), folder)) {
            cluster.start();
            cluster.start();
            cluster.awaitAcknowledged(300);

            Path ballast = disk.resolve("ballast");
            fill(ballast);
            cluster.awaitRefused();
            Cluster.pass(Duration.ofSeconds(2));
            Files.delete(ballast);
            if (!server.runs()) {
                server.resume(); // its log had no room, which it does not survive
            }

            cluster.awaitAcknowledged(300);
            Cluster.note("postgres-disk.md", "PostgreSQL: disk full", "disk full once | " + cluster.verdict());
        }
    }

    private static void fill(Path ballast) throws IOException {
        byte[] block = new byte[64 * 1024];
        try (OutputStream out = Files.newOutputStream(ballast)) {
            while (true) {
                out.write(block);
            }
        } catch (IOException e) {
            assertThat(e).hasMessageContaining("No space left");
        }
    }

    private static boolean mount(Path disk) throws IOException, InterruptedException {
        return run("mount", "-t", "tmpfs", "-o", "size=200m,mode=755", "tmpfs", disk.toString()) == 0;
    }

    private static int run(String... command) throws IOException, InterruptedException {
        return new ProcessBuilder(command).start().waitFor();
    }
}
