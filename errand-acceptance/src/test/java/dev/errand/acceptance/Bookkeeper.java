package dev.errand.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Errand;
import dev.errand.Task;
import java.io.IOException;
import java.io.OutputStream;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A process whose body dies in the middle of what it commits together with the end of its run. */
final class Bookkeeper implements AutoCloseable {
    static final String TASK = "book";

    private final String url;
    private final Process process;

    /** @param dies {@code before} or {@code after} the commit */
    Bookkeeper(String url, String dies) throws IOException {
        this.url = url;
        this.process = JavaProcess.builder(Bookkeeper.class, List.of(url, dies)).start();
    }

    int awaitDeath() throws InterruptedException {
        assertThat(process.waitFor(Soon.SECONDS, TimeUnit.SECONDS))
                .as("the process dies in time")
                .isTrue();
        TestStore.endLease(url, process.pid());
        return process.exitValue();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    static Connection connect(String url) throws SQLException {
        Connection connection = TestStore.connection(url);
        connection.setAutoCommit(false);
        return connection;
    }

    static void insertEntry(Connection connection, String entry) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("insert into ledger (entry) values ('%s')".formatted(entry));
        }
    }

    /** Arguments: the store's URL, when to die. */
    public static void main(String[] arguments) throws IOException {
        String url = arguments[0];
        Task<String, String> book = Task.named(TASK, String.class, String.class).run((entry, run) -> {
            try (Connection connection = connect(url)) {
                insertEntry(connection, entry + " in the process that dies");
                run.complete(connection, "booked");
                if (arguments[1].equals("after")) {
                    connection.commit();
                }
                Runtime.getRuntime().halt(9);
                return "never";
            }
        });
        try (Errand errand = Errand.open(url, book)) {
            System.in.transferTo(OutputStream.nullOutputStream()); // ends with its parent
            errand.concurrency();
        }
    }
}
