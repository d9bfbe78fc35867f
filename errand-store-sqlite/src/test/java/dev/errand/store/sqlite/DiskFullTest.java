package dev.errand.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.errand.StoreException;
import dev.errand.store.EventCursor;
import dev.errand.store.NewRun;
import dev.errand.store.NewRuns;
import dev.errand.store.Store;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nothing is lost when there is no room, and all goes on when there is again. */
class DiskFullTest {
    private static final String PAYLOAD = "\"" + "x".repeat(10_000) + "\"";

    @TempDir
    Path folder;

    @Test
    void aDatabaseThatMayNotGrowSaysSoAndGoesOnOnceItMay() {
        Path file = folder.resolve("errand.db");
        try (SqliteStore store = SqliteStore.open(Location.of(Location.PREFIX + file), Clock.systemUTC())) {
            limit(store, 500);
            List<NewRun> acknowledged = fill(store);
            limit(store, 1_000_000);
            assertGoesOn(store, acknowledged);
        }
    }

    @Test
    void aDiskThatIsFullSaysSoAndAllGoesOnOnceThereIsRoom() throws Exception {
        Path disk = Files.createDirectory(folder.resolve("disk"));
        assumeThat(run("mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", disk.toString()))
                .as("whether this user may mount a small disk")
                .isZero();
        try {
            Path ballast = Files.write(disk.resolve("ballast"), new byte[3_000_000]);
            Path file = disk.resolve("errand.db");
            try (SqliteStore store = SqliteStore.open(Location.of(Location.PREFIX + file), Clock.systemUTC())) {
                List<NewRun> acknowledged = fill(store);
                Files.delete(ballast);
                assertGoesOn(store, acknowledged);
            }
        } finally {
            assertThat(run("umount", disk.toString())).isZero();
        }
    }

    private static void limit(SqliteStore store, int pages) {
        store.writer.call(tx -> tx.database().number("pragma max_page_count = " + pages));
    }

    private static List<NewRun> fill(Store store) {
        List<NewRun> acknowledged = new ArrayList<>();
        assertThatThrownBy(() -> {
                    while (acknowledged.size() < 10_000) {
                        NewRun run = newRun();
                        store.enqueue(List.of(run));
                        acknowledged.add(run);
                    }
                })
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("disk is full");
        assertThatThrownBy(() -> store.enqueue(List.of(newRun(), newRun(), newRun())))
                .as("once more")
                .isInstanceOf(StoreException.class);
        return acknowledged;
    }

    private static void assertGoesOn(Store store, List<NewRun> acknowledged) {
        NewRun next = newRun();
        store.enqueue(List.of(next));
        assertThat(store.find(next.id())).isPresent();
        assertThat(acknowledged)
                .isNotEmpty()
                .allSatisfy(run -> assertThat(store.find(run.id())).isPresent());
        assertThat(store.events(EventCursor.START, 100_000).events()).hasSize(acknowledged.size() + 1);
        assertThat(store.health().problems()).noneMatch(problem -> problem.contains("damaged"));
    }

    private static NewRun newRun() {
        return NewRuns.of("greet", Clock.systemUTC()).payload(PAYLOAD).build();
    }

    private static int run(String... command) throws IOException, InterruptedException {
        return new ProcessBuilder(command).redirectErrorStream(true).start().waitFor();
    }
}
