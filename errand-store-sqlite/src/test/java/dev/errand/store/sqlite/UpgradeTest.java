package dev.errand.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.RunState;
import dev.errand.TokenId;
import dev.errand.store.Claim;
import dev.errand.store.ClaimRequest;
import dev.errand.store.Store;
import dev.errand.store.TestClock;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file that the version before has made, opened by this one. */
class UpgradeTest {
    private static final List<String> BEFORE = List.of(
            "V1__runs.sql",
            "V2__locks.sql",
            "V3__batches.sql",
            "V4__schedules.sql",
            "V5__keys.sql",
            "V6__steps.sql",
            "V7__waits.sql");

    @TempDir
    Path folder;

    private final TestClock clock = new TestClock();

    private Path file() {
        return folder.resolve("errand.db");
    }

    private Connection connect() throws SQLException {
        return DriverManager.getConnection(Location.PREFIX + file());
    }

    private static String text(String file) throws IOException {
        try (InputStream in = Objects.requireNonNull(Migrations.class.getResourceAsStream(file))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** With a run that waits for its time, one that is queued, and one that has ended. */
    private void makeFileOfTheVersionBefore() throws SQLException, IOException {
        makeFile(BEFORE);
    }

    private void makeFile(List<String> files) throws SQLException, IOException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            for (String file : files) {
                statement.executeUpdate(text(file));
            }
            statement.executeUpdate("pragma application_id = " + 0x45727264);
            statement.executeUpdate("pragma user_version = " + files.size());
            statement.executeUpdate("insert into task (number, key, id) values (1, 'greet', 'greet')");
            statement.executeUpdate("""
                    insert into run (number, id, task, created, due, priority, payload)
                    values (1, randomblob(16), 1, 0, 0, 0, '{}'), (2, randomblob(16), 1, 0, 0, 0, '{}'),
                           (3, randomblob(16), 1, 0, 0, 0, '{}')
                    """);
            statement.executeUpdate("""
                    insert into live (number, line, state, due, position, attempt, resumed)
                    values (1, 1, 4, 1000000, 1000000, 1, 1), (2, 1, 1, 0, 0, 1, 0)
                    """);
            statement.executeUpdate("""
                    insert into outcome (number, state, attempt, ended, redeliveries, retriable) values (3, 5, 1, 0, 0, 0)
                    """);
            statement.executeUpdate("insert into event (at, node, events, body) values (0, 1, 0, x'')");
        }
    }

    @Test
    void aFileOfTheVersionBeforeIsBroughtUpToDateWithAllInIt() throws Exception {
        makeFileOfTheVersionBefore();
        try (Store store = SqliteStore.open(Location.of(Location.PREFIX + file()), clock)) {
            store.join("first", 10);
            store.advance();
            List<Claim> claims = claim(store);
            assertThat(claims).extracting(Claim::resumed).containsExactlyInAnyOrder(true, false);
            assertThat(claims)
                    .allMatch(claim -> store.find(claim.run()).orElseThrow().state() == RunState.QUEUED);
        }
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet version = statement.executeQuery("pragma user_version")) {
            assertThat(version.getInt(1)).isEqualTo(Migrations.NEWEST);
        }
    }

    /** In a file of the version before, and in one whose runs await others. */
    @Test
    void runsOfAnOlderFileWaitForTokens() throws Exception {
        List<String> awaited =
                Stream.concat(BEFORE.stream(), Stream.of("V8__awaited.sql")).toList();
        for (List<String> files : List.of(BEFORE, awaited)) {
            Files.deleteIfExists(file());
            makeFile(files);
            try (Store store = SqliteStore.open(Location.of(Location.PREFIX + file()), clock)) {
                store.join("first", 10);
                store.advance();
                Claim claim = claim(store).getLast();
                TokenId token = ChildProcess.waitForToken(store, claim);
                assertThat(store.find(claim.run()).orElseThrow().state()).isEqualTo(RunState.WAITING);
                store.tokens().end(token, null, "no");
                assertThat(claim(store)).extracting(Claim::run).containsExactly(claim.run());
            }
        }
    }

    @Test
    void runsOfAnOlderFileWaitForValues() throws Exception {
        List<String> tokens = Stream.concat(BEFORE.stream(), Stream.of("V8__awaited.sql", "V9__tokens.sql"))
                .toList();
        for (List<String> files : List.of(BEFORE, tokens)) {
            Files.deleteIfExists(file());
            makeFile(files);
            try (Store store = SqliteStore.open(Location.of(Location.PREFIX + file()), clock)) {
                store.join("first", 10);
                store.advance();
                Claim claim = claim(store).getLast();
                ChildProcess.waitForChange(store, claim, "balance");
                assertThat(store.find(claim.run()).orElseThrow().state()).isEqualTo(RunState.WAITING);
                ChildProcess.increase(store, "balance");
                assertThat(claim(store)).extracting(Claim::run).containsExactly(claim.run());
            }
        }
    }

    private static List<Claim> claim(Store store) throws Exception {
        return store.claim(new ClaimRequest(10, Set.of("greet")))
                .toCompletableFuture()
                .get(60, TimeUnit.SECONDS);
    }

    /** Who has opened the file before it was brought up to date goes on with it as it knows it. */
    @Test
    void aProcessOfTheVersionBeforeGoesOn() throws Exception {
        makeFileOfTheVersionBefore();
        try (Connection before = connect();
                Statement statement = before.createStatement()) {
            statement.executeUpdate("update task set removed = 0");
            SqliteStore.open(Location.of(Location.PREFIX + file()), clock).close();
            before.setAutoCommit(false);
            statement.executeUpdate("delete from live where number = 2");
            statement.executeUpdate("""
                    insert into outcome (number, state, attempt, ended, redeliveries, retriable) values (2, 5, 1, 0, 0, 0)
                    """);
            statement.executeUpdate("insert into event (at, node, events, body) values (0, 1, 0, x'')");
            statement.executeUpdate("delete from outcome where number = 3");
            statement.executeUpdate("delete from run where number = 3");
            before.commit();
        }
    }
}
