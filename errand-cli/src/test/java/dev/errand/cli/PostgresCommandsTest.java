package dev.errand.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.store.postgres.server.PostgresServer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
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
    void aUrlTheDriverDoesNotUnderstandIsNotShownWithItsPassword() {
        assertThat(refusal("jdbc:postgresql://127.0.0.1:port/app?password=secret"))
                .contains("Unable to parse URL")
                .doesNotContain("secret");
    }

    @Test
    void aUserWhoMayNotWriteIsAProblem() {
        call("store migrate");
        String reader = "reader_" + UUID.randomUUID().toString().replace('-', '_');
        server.execute("create role " + reader + " login");
        server.execute(database, "grant usage on schema errand to " + reader);
        server.execute(database, "grant select on all tables in schema errand to " + reader);
        String url = server.url(database).replace("user=postgres", "user=" + reader);
        Cli.Said checked = Cli.bare("store", "check", "--store", url);
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
