package dev.errand.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.errand.StoreException;
import dev.errand.store.EventCursor;
import dev.errand.store.NewRuns;
import dev.errand.store.Store;
import dev.errand.store.StoreProvider;
import dev.errand.store.StoreSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Opening a file: what it needs, and what is said if that is missing. */
class OpeningTest {
    @TempDir
    Path folder;

    @Test
    void theStoreIsFoundByItsUrl() {
        StoreProvider provider =
                ServiceLoader.load(StoreProvider.class).findFirst().orElseThrow();
        assertThat(provider.accepts("jdbc:sqlite:errand.db")).isTrue();
        assertThat(provider.accepts("jdbc:postgresql://localhost/errand")).isFalse();
        try (Store store =
                provider.open(new StoreSettings("jdbc:sqlite:" + file(), null, Map.of(), Clock.systemUTC()))) {
            assertThat(store.url()).isEqualTo("jdbc:sqlite:" + file());
        }
    }

    @Test
    void aMemoryStoreIsPrivateAndLeavesNothingBehind() {
        Location first = Location.of("jdbc:sqlite::memory:");
        Location second = Location.of("jdbc:sqlite::memory:");
        assertThat(first.file()).isNotEqualTo(second.file());
        try (Store store = SqliteStore.open(first, Clock.systemUTC())) {
            store.join("node", 1);
            store.enqueue(NewRuns.many(10, "greet", Clock.systemUTC()));
            assertThat(store.url()).isEqualTo("jdbc:sqlite::memory:");
        }
        assertThat(first.file().getParent()).doesNotExist();
    }

    @Test
    void aMissingFolderIsNamed() {
        assertRefused(
                folder.resolve("missing/errand.db"),
                "no folder",
                folder.resolve("missing").toString());
    }

    @Test
    void aFolderIsNoDatabase() {
        assertRefused(folder, "is a folder");
    }

    @Test
    void urlsWithSettingsAreRefused() {
        assertThatThrownBy(() -> Location.of("jdbc:sqlite:errand.db?mode=ro")).isInstanceOf(StoreException.class);
        assertThatThrownBy(() -> Location.of("jdbc:sqlite:")).isInstanceOf(StoreException.class);
    }

    @Test
    void anyOtherFileIsRefusedAndLeftAlone() throws IOException {
        Files.writeString(file(), "Dear diary, ".repeat(1000));
        assertRefused(file(), "is not a SQLite database");
        assertThat(file()).hasContent("Dear diary, ".repeat(1000));
    }

    @Test
    void anotherApplicationsDatabaseIsRefusedAndLeftAlone() throws Exception {
        execute("create table contact (name text)");
        byte[] before = Files.readAllBytes(file());
        assertRefused(file(), "belongs to another application");
        assertThat(Files.readAllBytes(file())).isEqualTo(before);
    }

    @Test
    void aNewerSchemaIsRefused() throws SQLException {
        open().close();
        execute("pragma user_version = 1000");
        assertRefused(file(), "newer Errand", "schema 1000", "knows " + Migrations.NEWEST, "upgrade");
    }

    @Test
    void aDamagedDatabaseIsReported() throws IOException {
        try (Store store = open()) {
            store.enqueue(NewRuns.many(2000, "greet", Clock.systemUTC()));
        }
        byte[] bytes = Files.readAllBytes(file());
        for (int i = 4096 + 8; i < bytes.length; i++) {
            bytes[i] = (byte) (i * 31);
        }
        Files.write(file(), bytes);
        assertThatThrownBy(() -> {
                    try (Store store = open()) {
                        store.enqueue(NewRuns.many(10, "greet", Clock.systemUTC()));
                    }
                })
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("damaged");
    }

    @Test
    void aDiskThatMayOnlyBeReadIsNamed() throws Exception {
        Path disk = Files.createDirectory(folder.resolve("disk"));
        assumeThat(run("mount", "-t", "tmpfs", "tmpfs", disk.toString()))
                .as("whether this user may mount a disk")
                .isZero();
        try {
            open(disk.resolve("errand.db")).close();
            assertThat(run("mount", "-o", "remount,ro", disk.toString())).isZero();
            assertRefused(disk.resolve("errand.db"), "cannot be written", disk.toString());
        } finally {
            assertThat(run("umount", disk.toString())).isZero();
        }
    }

    private static int run(String... command) throws IOException, InterruptedException {
        return new ProcessBuilder(command).redirectErrorStream(true).start().waitFor();
    }

    @Test
    void aFileThatWasNotClosedOpensWithAllInIt() {
        SqliteStore store = open();
        store.enqueue(NewRuns.many(100, "greet", Clock.systemUTC()));
        store.abandon();
        try (Store again = open()) {
            assertThat(again.events(EventCursor.START, 1000).events()).hasSize(100);
        }
    }

    @Test
    void manyMayOpenANewFileAtOnce() {
        List<CompletableFuture<SqliteStore>> opening = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            opening.add(CompletableFuture.supplyAsync(this::open));
        }
        for (CompletableFuture<SqliteStore> store : opening) {
            store.join().enqueue(NewRuns.many(1, "greet", Clock.systemUTC()));
        }
        SqliteStore last = opening.getLast().join();
        assertThat(last.events(EventCursor.START, 100).events()).hasSize(6);
        opening.forEach(store -> store.join().close());
    }

    @Test
    void aClosedStoreSaysSo() {
        SqliteStore store = open();
        store.close();
        store.close();
        assertThatThrownBy(() -> store.enqueue(NewRuns.many(1, "greet", Clock.systemUTC())))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("is closed");
        assertThatThrownBy(store::lastEvent).isInstanceOf(StoreException.class).hasMessageContaining("is closed");
    }

    private Path file() {
        return folder.resolve("errand.db");
    }

    private SqliteStore open() {
        return open(file());
    }

    private static SqliteStore open(Path file) {
        return SqliteStore.open(Location.of(Location.PREFIX + file), Clock.systemUTC());
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file());
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static void assertRefused(Path file, String... words) {
        assertThatThrownBy(() -> open(file))
                .isInstanceOf(StoreException.class)
                .hasMessageContainingAll(words)
                .hasMessageNotContainingAny("\n");
    }
}
