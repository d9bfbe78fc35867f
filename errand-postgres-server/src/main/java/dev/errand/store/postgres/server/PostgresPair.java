package dev.errand.store.postgres.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A primary and its synchronous standby, run from the programs that Debian installs: those on the class path come without the means
 * to make a standby. What the primary has acknowledged, the standby has on its disk. Both end with this JVM.
 */
public final class PostgresPair implements AutoCloseable {
    /** What to install for it. */
    public static final String PACKAGE = "postgresql-15";

    private static final Path PROGRAMS = Path.of("/usr/lib/postgresql/15/bin");
    private static final String DATABASE = "postgres";
    private static final String STANDBY = "standby";
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Path home;
    private final Path primary;
    private final Path standby;
    private final int primaryPort;
    private final int standbyPort;

    private PostgresPair(Path home) throws IOException {
        this.home = home;
        this.primary = home.resolve("primary");
        this.standby = home.resolve(STANDBY);
        this.primaryPort = Ports.free();
        this.standbyPort = Ports.free();
    }

    /** Whether the programs are here. */
    public static boolean isInstalled() {
        return Stream.of("initdb", "pg_ctl", "pg_basebackup")
                .allMatch(name -> Files.isExecutable(PROGRAMS.resolve(name)));
    }

    /** Starts both, and returns once the standby is synchronous. */
    public static PostgresPair start() {
        try {
            Path home = Folders.createInMemory();
            Shell.give(home);
            PostgresPair pair = new PostgresPair(home);
            pair.startPrimary();
            pair.startStandby();
            pair.synchronize();
            return pair;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void startPrimary() throws IOException {
        run(
                "initdb",
                primary,
                "--username=" + PostgresServer.SUPERUSER,
                "--auth=trust",
                "--encoding=UTF8",
                "--locale=C",
                "--no-sync");
        Files.write(
                primary.resolve("postgresql.conf"),
                List.of(
                        "listen_addresses = '127.0.0.1'",
                        "unix_socket_directories = ''",
                        "max_connections = 200",
                        "wal_level = replica",
                        "hot_standby = on",
                        "timezone = 'UTC'",
                        "port = " + primaryPort));
        afterUs(primary);
        start(primary);
    }

    private void startStandby() throws IOException {
        String from = "host=127.0.0.1 port=%d user=%s application_name=%s"
                .formatted(primaryPort, PostgresServer.SUPERUSER, STANDBY);
        run(
                "pg_basebackup",
                standby,
                "--write-recovery-conf",
                "--wal-method=stream",
                "--no-sync",
                "--checkpoint=fast",
                "-d",
                from);
        Files.writeString(
                standby.resolve("postgresql.conf"), "port = " + standbyPort + "\n", StandardOpenOption.APPEND);
        afterUs(standby);
        start(standby);
    }

    /** Only now, so that the standby's own settings do not ask for a standby once it is promoted. */
    private void synchronize() {
        execute(primaryPort, "alter system set synchronous_standby_names = '" + STANDBY + "'");
        execute(primaryPort, "select pg_reload_conf()");
        await(
                "the standby is synchronous",
                () -> "sync".equals(query(primaryPort, "select sync_state from pg_stat_replication")));
    }

    /** Both hosts in one URL, of whom whichever is the primary is meant. */
    public String url(String database) {
        return "jdbc:postgresql://127.0.0.1:%d,127.0.0.1:%d/%s?user=%s&targetServerType=primary"
                .formatted(primaryPort, standbyPort, database, PostgresServer.SUPERUSER);
    }

    /** Where the standby can be read: the database that every server has. */
    public String standbyUrl() {
        return "jdbc:postgresql://127.0.0.1:%d/%s?user=%s".formatted(standbyPort, DATABASE, PostgresServer.SUPERUSER);
    }

    /** Creates an empty database, which the standby then has as well. */
    public String createDatabase() {
        String name = "errand";
        execute(primaryPort, "create database " + name);
        return name;
    }

    /** Kills all processes of the primary at once, as the end of its machine would. */
    public void killPrimary() {
        long postmaster = Long.parseLong(
                lines(primary.resolve("postmaster.pid")).getFirst().strip());
        ProcessHandle process = ProcessHandle.of(postmaster).orElseThrow();
        List<ProcessHandle> all = new ArrayList<>(List.of(process));
        all.addAll(process.descendants().toList());
        all.forEach(ProcessHandle::destroyForcibly);
        await("the primary is dead", () -> all.stream().noneMatch(ProcessHandle::isAlive));
    }

    /** Makes the standby the primary, as a fail-over manager would. */
    public void promote() {
        run("pg_ctl", standby, "-w", "-t", "60", "promote");
        await("the standby takes writes", () -> "f".equals(query(standbyPort, "select pg_is_in_recovery()")));
    }

    /** Stops what runs, and deletes all data. */
    @Override
    public void close() {
        for (Path folder : List.of(standby, primary)) {
            if (Files.exists(folder.resolve("postmaster.pid")) && isAlive(folder)) {
                run("pg_ctl", folder, "-w", "-t", "60", "-m", "immediate", "stop");
            }
        }
        Folders.delete(home);
    }

    private static boolean isAlive(Path folder) {
        long postmaster = Long.parseLong(
                lines(folder.resolve("postmaster.pid")).getFirst().strip());
        return ProcessHandle.of(postmaster).isPresent();
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void start(Path folder) {
        run(
                "pg_ctl",
                folder,
                "-w",
                "-t",
                "60",
                "-l",
                folder.resolve("server.log").toString(),
                "start");
    }

    private void afterUs(Path folder) throws IOException {
        Shell.afterUs(
                home,
                List.of(PROGRAMS.resolve("pg_ctl").toString(), "-D", folder.toString(), "-m", "immediate", "stop"));
    }

    private static void run(String program, Path folder, String... arguments) {
        List<String> command = new ArrayList<>(List.of(PROGRAMS.resolve(program).toString(), "-D", folder.toString()));
        command.addAll(List.of(arguments));
        Shell.run(command);
    }

    private static Connection connect(int port) throws SQLException {
        return DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:%d/%s?user=%s".formatted(port, DATABASE, PostgresServer.SUPERUSER));
    }

    private static void execute(int port, String sql) {
        try (Connection connection = connect(port);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(sql + " failed", e);
        }
    }

    private static @Nullable String query(int port, String sql) {
        try (Connection connection = connect(port);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            return rows.next() ? rows.getString(1) : null;
        } catch (SQLException e) {
            return null; // not yet
        }
    }

    private interface Condition {
        boolean holds();
    }

    private static void await(String what, Condition condition) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.holds()) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("waited in vain until " + what);
            }
            LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
        }
    }
}
