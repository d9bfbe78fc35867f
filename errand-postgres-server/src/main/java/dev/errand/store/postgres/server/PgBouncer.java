package dev.errand.store.postgres.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** PgBouncer as Debian installs it, in transaction mode, before a server of this machine. It ends with this JVM. */
public final class PgBouncer implements AutoCloseable {
    /** What to install for it. */
    public static final String PACKAGE = "pgbouncer";

    private static final Path PROGRAM = Path.of("/usr/sbin/pgbouncer");
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Path home;
    private final int port;
    private @Nullable Process process;

    private PgBouncer(Path home, int port) {
        this.home = home;
        this.port = port;
    }

    /** Whether the program is here. */
    public static boolean isInstalled() {
        return Files.isExecutable(PROGRAM);
    }

    /**
     * Starts it, and returns when it takes connections.
     *
     * @param sessions how many sessions of the server its clients share, for each database
     */
    public static PgBouncer before(PostgresServer server, int sessions) {
        try {
            Path home = Folders.createInMemory();
            PgBouncer bouncer = new PgBouncer(home, Ports.free());
            bouncer.configure(server.port(), sessions);
            Shell.give(home);
            Shell.afterUs(
                    home,
                    List.of(
                            "sh",
                            "-c",
                            "kill -9 $(cat \"$0\")",
                            bouncer.pidFile().toString()));
            bouncer.start();
            return bouncer;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void configure(int server, int sessions) throws IOException {
        Files.writeString(home.resolve("users.txt"), "\"%s\" \"\"%n".formatted(PostgresServer.SUPERUSER));
        Files.writeString(home.resolve("pgbouncer.ini"), """
                [databases]
                * = host=127.0.0.1 port=%d
                [pgbouncer]
                listen_addr = 127.0.0.1
                listen_port = %d
                unix_socket_dir =
                pidfile = %s
                auth_type = trust
                auth_file = %s
                pool_mode = transaction
                default_pool_size = %d
                max_client_conn = 200
                ignore_startup_parameters = extra_float_digits
                """.formatted(
                        server, port, pidFile(), home.resolve("users.txt"), sessions));
    }

    private Path pidFile() {
        return home.resolve("pgbouncer.pid");
    }

    public int port() {
        return port;
    }

    private void start() throws IOException {
        process = new ProcessBuilder(Shell.asServer(List.of(
                        PROGRAM.toString(), home.resolve("pgbouncer.ini").toString())))
                .redirectErrorStream(true)
                .redirectOutput(home.resolve("pgbouncer.log").toFile())
                .start();
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!answers()) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException(
                        "PgBouncer does not start: " + Files.readString(home.resolve("pgbouncer.log")));
            }
            LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
        }
    }

    private boolean answers() {
        String url = "jdbc:postgresql://127.0.0.1:%d/postgres?user=%s&prepareThreshold=0"
                .formatted(port, PostgresServer.SUPERUSER);
        try (Connection connection = DriverManager.getConnection(url)) {
            return connection.isValid(5);
        } catch (SQLException e) {
            return false; // not yet
        }
    }

    /** Ends it at once, with all connections through it, and starts it again on the same port. */
    public void restart() {
        kill();
        try {
            start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void kill() {
        Process running = process;
        try {
            if (running != null && !running.destroyForcibly().waitFor(30, TimeUnit.SECONDS)) {
                throw new IllegalStateException("PgBouncer does not end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        kill();
        Folders.delete(home);
    }
}
