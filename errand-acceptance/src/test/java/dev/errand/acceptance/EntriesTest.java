package dev.errand.acceptance;

import static dev.errand.acceptance.Soon.SOON;
import static dev.errand.testkit.ErrandAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Errand;
import dev.errand.Retry;
import dev.errand.Run;
import dev.errand.RunContext;
import dev.errand.Task;
import dev.errand.Transaction;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** What tests of transactions share: an engine, a table of users', and bodies that write to it. */
abstract class EntriesTest {
    /** On PostgreSQL all have it in one database. */
    static final String TABLE = "entries";

    interface Body {
        @Nullable
        Object run(RunContext run) throws Exception;
    }

    final AtomicInteger calls = new AtomicInteger();
    final ConcurrentLinkedQueue<String> greeted = new ConcurrentLinkedQueue<>();
    final Task<String, String> greet = Task.named("greet", String.class, String.class)
            .run((name, run) -> {
                greeted.add(name);
                return "Hello " + name;
            });

    @TempDir
    Path folder;

    String url;
    Errand errand;

    @BeforeEach
    void open() throws SQLException {
        url = TestStore.url(folder);
        errand = Errand.builder()
                .store(url)
                .tasks(greet)
                .concurrency(8)
                .drain(Duration.ZERO)
                .open();
        try (Connection connection = TestStore.connection(url)) {
            execute(connection, "drop table if exists entries");
            execute(connection, "create table entries (entry varchar(100))");
        }
    }

    @AfterEach
    void close() {
        errand.close();
    }

    Run<Object> trigger(Body body) {
        Task<String, Object> task = Task.named("task", String.class, Object.class)
                .retry(Retry.fixed(Duration.ZERO).attempts(3))
                .run((payload, run) -> body.run(run));
        errand.put(task);
        return errand.trigger(task, "");
    }

    Run<Object> finish(Body body) throws InterruptedException {
        Run<Object> run = trigger(body);
        assertThat(run).endsWithin(SOON);
        return run;
    }

    static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    static String insert(Transaction tx, String entry) throws SQLException {
        execute(tx.connection(), "insert into entries values ('" + entry + "')");
        return entry;
    }

    List<String> entries() throws SQLException {
        List<String> entries = new ArrayList<>();
        try (Connection connection = TestStore.connection(url);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("select entry from entries order by 1")) {
            while (rows.next()) {
                entries.add(rows.getString(1));
            }
        }
        return entries;
    }

    static void failUntil(int attempt, RunContext run) {
        if (run.attempt() < attempt) {
            throw new IllegalStateException("on purpose");
        }
    }
}
