package dev.errand.store.postgres.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A real PostgreSQL server on a free port of this machine, run from the binaries on the class path. It ends with this JVM, however
 * that ends, and leaves nothing behind but the unpacked binaries.
 *
 * <p>Which version: the system property {@code errand.postgres} names a major one; the newest on the class path otherwise.
 */
public final class PostgresServer implements AutoCloseable {
    /** The superuser, who needs no password. */
    public static final String SUPERUSER = "postgres";

    /** How to shut down. */
    public enum Mode {
        /** Breaks off what runs, and writes everything down. */
        FAST,
        /** Like a crash: at the next start the database recovers from its log. */
        IMMEDIATE
    }

    private static final String DATABASE = "postgres";
    private static final AtomicInteger DATABASES = new AtomicInteger();

    private final Binaries binaries;
    private final Path home;
    private final Path folder;
    private final int port;

    private PostgresServer(Binaries binaries, Path home, int port) {
        this.binaries = binaries;
        this.home = home;
        this.folder = home.resolve("data");
        this.port = port;
    }

    /** The server that the tests of this JVM share. Whoever stops or breaks one starts an own. */
    public static PostgresServer shared() {
        return Shared.SERVER;
    }

    /** Starts a server of one's own. */
    public static PostgresServer start() {
        return start(Map.of());
    }

    /** Starts a server of one's own with other settings (those of postgresql.conf) than tests usually have. */
    public static PostgresServer start(Map<String, String> settings) {
        try {
            return start(Files.createTempDirectory("errand-postgres"), settings);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Starts a server of one's own.
     *
     * @param home an existing folder for its data; deleted at the end, with all that is in it
     */
    public static PostgresServer start(Path home, Map<String, String> settings) {
        Binaries binaries = Binaries.of(System.getProperty("errand.postgres"));
        try {
            Shell.give(home);
            PostgresServer server = new PostgresServer(binaries, home, Ports.free());
            server.initialize(settings);
            server.resume();
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Starts a server of one's own that takes TLS. Its certificate is for the host {@code localhost} and signs itself; clients trust it
     * with {@link #rootCertificate}.
     */
    public static PostgresServer startWithTls() {
        try {
            Path home = Folders.createInMemory();
            Shell.give(home);
            Certificate certificate = Certificate.of("localhost", home);
            return start(
                    home,
                    Map.of(
                            "ssl", "on",
                            "ssl_cert_file", certificate.certificate().toString(),
                            "ssl_key_file", certificate.key().toString()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void initialize(Map<String, String> settings) throws IOException {
        run("initdb", "--username=" + SUPERUSER, "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync");
        Map<String, String> all = new LinkedHashMap<>(Map.of(
                "listen_addresses", "127.0.0.1",
                "unix_socket_directories", "",
                "port", String.valueOf(port),
                "max_connections", "200",
                "timezone", "UTC"));
        all.putAll(settings);
        List<String> lines = new ArrayList<>();
        all.forEach((name, value) -> lines.add(name + " = '" + value.replace("'", "''") + "'"));
        Files.write(folder.resolve("postgresql.conf"), lines);
        List<String> stop = List.of(program("pg_ctl").toString(), "-D", folder.toString(), "-m", "immediate", "stop");
        Shell.afterUs(home, stop);
    }

    /** Such as 18. */
    public int major() {
        return binaries.major();
    }

    public int port() {
        return port;
    }

    /** Where its data is, postgresql.conf included. */
    public Path folder() {
        return folder;
    }

    /** The file with the certificate of a server that takes TLS. */
    public Path rootCertificate() {
        return home.resolve("server.crt");
    }

    /** Creates an empty database. */
    public String createDatabase() {
        return createDatabase("template1");
    }

    /** Creates a database as a copy of another one, to which nobody is connected. */
    public String createDatabase(String template) {
        String name = "test_%d_%d".formatted(ProcessHandle.current().pid(), DATABASES.incrementAndGet());
        execute("create database %s template %s".formatted(name, template));
        return name;
    }

    /** Deletes a database, whoever is connected to it. */
    public void dropDatabase(String name) {
        execute("drop database if exists " + name + " with (force)");
    }

    /** The URL of a database, for the superuser. */
    public String url(String database) {
        return url(database, port);
    }

    /** The URL of a database behind a proxy's port. */
    public String url(String database, int proxyPort) {
        return "jdbc:postgresql://127.0.0.1:%d/%s?user=%s".formatted(proxyPort, database, SUPERUSER);
    }

    /** Connects as the superuser. */
    public Connection connect(String database) {
        try {
            return DriverManager.getConnection(url(database));
        } catch (SQLException e) {
            throw new IllegalStateException("cannot connect to " + url(database), e);
        }
    }

    /** Executes a statement as the superuser in the server's own database. */
    public void execute(String sql) {
        execute(DATABASE, sql);
    }

    /** Executes a statement as the superuser. */
    public void execute(String database, String sql) {
        try (Connection connection = connect(database);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }

    /** The first column of the first row, as text. */
    public @Nullable String query(String database, String sql) {
        try (Connection connection = connect(database);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            return rows.next() ? rows.getString(1) : null;
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }

    /** Changes a setting that needs no restart. */
    public void set(String name, String value) {
        execute("alter system set %s = '%s'".formatted(name, value.replace("'", "''")));
        execute("select pg_reload_conf()");
    }

    /** Breaks every connection to a database, whatever it is doing. */
    public int terminate(String database) {
        String sql = "select pg_terminate_backend(pid) from pg_stat_activity where datname = ?";
        try (Connection connection = connect(DATABASE);
                PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, database);
            int terminated = 0;
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    terminated++;
                }
            }
            return terminated;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** How many lines of the server's log have this text: what it has refused, broken off or found wrong. */
    public int logged(String text) {
        try (Stream<String> lines = Files.lines(folder.resolve("server.log"))) {
            return (int) lines.filter(line -> line.contains(text)).count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Starts it again, on the same port. */
    public void restart(Mode mode) {
        stop(mode);
        resume();
    }

    public void stop(Mode mode) {
        run("pg_ctl", "-w", "-t", "60", "-m", mode == Mode.FAST ? "fast" : "immediate", "stop");
    }

    /** Whether it accepts connections. */
    public boolean runs() {
        try (Connection connection = DriverManager.getConnection(url(DATABASE))) {
            return connection.isValid(5);
        } catch (SQLException e) {
            return false;
        }
    }

    /** Starts it after a {@link #stop}. */
    public void resume() {
        run("pg_ctl", "-w", "-t", "60", "-l", folder.resolve("server.log").toString(), "start");
    }

    /** Stops it, if it runs, and deletes its data. */
    @Override
    public void close() {
        if (Files.exists(folder.resolve("postmaster.pid"))) {
            stop(Mode.IMMEDIATE);
        }
        Folders.delete(home);
    }

    private Path program(String name) {
        return binaries.unpacked().resolve("bin").resolve(name);
    }

    private void run(String name, String... arguments) {
        List<String> command = new ArrayList<>(List.of(program(name).toString(), "-D", folder.toString()));
        command.addAll(List.of(arguments));
        Shell.run(command);
    }

    private static final class Shared {
        static final PostgresServer SERVER = start(Folders.createInMemory(), Map.of());
    }
}
