package dev.errand.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.errand.store.postgres.server.PostgresPair;
import dev.errand.store.postgres.server.PostgresServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A PostgreSQL on which there is no store as yet, or not one as it should be. */
class PostgresCommandsTest {
    private final PostgresServer server = PostgresServer.shared();
    private final String database = server.createDatabase();

    @TempDir
    Path folder;

    @AfterEach
    void dropDatabase() {
        server.dropDatabase(database);
    }

    private Cli.Said call(String command) {
        List<String> arguments = new ArrayList<>(List.of(command.split(" ")));
        arguments.addAll(List.of("--store", server.url(database)));
        return Cli.bare(arguments.toArray(String[]::new));
    }

    private boolean hasSchema() {
        return !"0".equals(server.query(database, "select count(*) from pg_namespace where nspname = 'errand'"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "runs list",
                "runs cancel run_01j0000000e008000000000000",
                "tasks list",
                "nodes list",
                "trigger greet",
                "top",
                "store check"
            })
    void commandsThatOnlyReadOrSteerMakeNoTables(String command) {
        Cli.Said said = call(command);
        assertThat(said.code()).isEqualTo(1);
        assertThat(said.out()).isEmpty();
        assertThat(said.err().lines()).hasSize(1);
        assertThat(said.err())
                .startsWith("errand: There are no tables of Errand's in the schema 'errand' of")
                .contains("errand store migrate");
        assertThat(hasSchema()).isFalse();
    }

    @Test
    void theDoctorMakesNoTablesEither() {
        Cli.Said said = call("doctor");
        assertThat(said.code()).isEqualTo(1);
        assertThat(said.out()).contains("ERROR  store", "There are no tables of Errand's");
        assertThat(hasSchema()).isFalse();
    }

    @Test
    void aStoreThatIsNotThereIsNotCopied() {
        Cli.Said said = Cli.bare("store", "copy", server.url(database), "jdbc:sqlite:" + folder.resolve("copy.db"));
        assertThat(said.code()).isEqualTo(1);
        assertThat(said.err()).startsWith("errand: There are no tables of Errand's");
        assertThat(hasSchema()).isFalse();
        assertThat(folder.resolve("copy.db")).doesNotExist();
    }

    @Test
    void migrateMakesTheTablesThatCheckWants() {
        assertThat(call("store migrate").line()).contains("up to date");
        assertThat(Cli.bare("store", "migrate", "--store", server.url(database) + "&errand.migrate=off")
                        .code())
                .isZero();
        Cli.Said checked = call("store check");
        assertThat(checked.code()).describedAs(checked.out()).isZero();
        assertThat(checked.out().lines()).hasSize(1);
        assertThat(checked.out()).contains("PostgreSQL", "layout");
        assertThat(call("runs list").code()).isZero();
    }

    @Test
    void whatEndangersDataIsAProblem() {
        call("store migrate");
        server.execute("alter database " + database + " set synchronous_commit = off");
        Cli.Said checked = call("store check");
        assertThat(checked.code()).isEqualTo(1);
        assertThat(checked.out()).contains("synchronous_commit is off: what was acknowledged may be lost by a crash");
        Cli.Said doctor = call("doctor");
        assertThat(doctor.code()).isEqualTo(1);
        assertThat(doctor.out()).contains("ERROR  store  synchronous_commit is off");
    }

    private static String refusal(String url) {
        Cli.Said said = Cli.bare("runs", "list", "--store", url);
        assertThat(said.code()).isEqualTo(1);
        assertThat(said.err().lines()).hasSize(1);
        return said.err();
    }

    @Test
    void aStandbyIsToldFromAServerThatDoesNotRun() {
        assertThat(refusal(server.url(database) + "&targetServerType=secondary"))
                .contains("a standby can only be read", "Name the primary");
        assertThat(refusal("jdbc:postgresql://127.0.0.1:1/app")).contains("cannot be reached");
    }

    @Test
    void aRealStandbyIsToldAsOneWhetherAPrimaryIsWantedOrNot() {
        if (!PostgresPair.isInstalled()) {
            System.err.println("\n!!! SKIPPED: what is said of a standby was not tested; it needs the package "
                    + PostgresPair.PACKAGE + " of Debian 12: apt-get install " + PostgresPair.PACKAGE + "\n");
            abort("needs " + PostgresPair.PACKAGE);
        }
        try (PostgresPair pair = PostgresPair.start()) {
            assertThat(refusal(pair.standbyUrl())).contains("a standby can only be read", "Name the primary");
            assertThat(refusal(pair.standbyUrl() + "&targetServerType=any"))
                    .contains("is a standby and can only be read", "name the primary, or all hosts");
        }
    }

    @Test
    void aWrongPasswordIsToldAndNotShown() throws Exception {
        String role = role("login password 'right'");
        Path rules = server.folder().resolve("pg_hba.conf");
        Files.writeString(rules, "host all %s 127.0.0.1/32 scram-sha-256\n%s".formatted(role, Files.readString(rules)));
        server.execute("select pg_reload_conf()");
        awaitLogged("reloading configuration files");
        assertThat(refusal(as(role) + "&password=wrong"))
                .contains("refuses the user or the password", "password=…")
                .doesNotContain("wrong");
        assertThat(refusal(as(role))).contains("refuses the user or the password", "no password was provided");
        assertThat(refusal(as(role) + "&password=right")).contains("no tables of Errand's");
    }

    /** Whose server says that it is an old one. */
    @Test
    void aServerThatIsTooOldIsToldAsOne() {
        String role = role("login");
        server.execute(database, """
                create schema old;
                create function old.current_setting(text) returns text language sql as $$ select '120022' $$;
                grant usage on schema old to %1$s;
                alter role %1$s set search_path = old, pg_catalog;
                """.formatted(role));
        assertThat(refusal(as(role))).contains("is PostgreSQL 12; 14 or newer is needed");
    }

    @Test
    void aMissingPrivilegeIsToldWithWhereItIsWrittenWhichAreNeeded() {
        call("store migrate");
        String role = role("login");
        server.execute(database, "grant usage on schema errand to " + role);
        assertThat(refusal(as(role))).contains("lacks a privilege", "docs/postgresql.md", "permission denied for");
    }

    private String role(String options) {
        String role = "role_" + UUID.randomUUID().toString().replace('-', '_');
        server.execute("create role " + role + " " + options);
        return role;
    }

    private String as(String role) {
        return server.url(database).replace("user=postgres", "user=" + role);
    }

    private void awaitLogged(String text) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (server.logged(text) == 0) {
            assertThat(System.nanoTime()).as(text).isLessThan(deadline);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
    }

    @Test
    void aUrlTheDriverDoesNotUnderstandIsNotShownWithItsPassword() {
        assertThat(refusal("jdbc:postgresql://127.0.0.1:port/app?password=secret"))
                .contains("Unable to parse URL")
                .doesNotContain("secret");
    }

    @Test
    void aUserWhoMayNotWriteIsAProblem() {
        call("store migrate");
        String reader = role("login");
        server.execute(database, "grant usage on schema errand to " + reader);
        server.execute(database, "grant select on all tables in schema errand to " + reader);
        Cli.Said checked = Cli.bare("store", "check", "--store", as(reader));
        assertThat(checked.code()).isEqualTo(1);
        assertThat(checked.out()).contains("This user lacks privileges on", "chunk");
    }

    @Test
    void aStoreIsCopiedFromAFile() throws Exception {
        Cli cli = new Cli(folder);
        String file = "jdbc:sqlite:" + folder.resolve("errand.db");
        Cli.bare("run", cli.script("greet.sh", "echo hello"), "--quiet", "--store", file);
        Cli.Said said = Cli.bare("store", "copy", file, server.url(database));
        assertThat(said.line()).startsWith("copied and counted: 1 runs (1 ended), 1 tasks");
        assertThat(call("runs list --json").json())
                .isEqualTo(Cli.bare("runs", "list", "--json", "--store", file).json());
    }
}
