package dev.errand.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Errand;
import dev.errand.Role;
import dev.errand.RunQuery;
import dev.errand.Task;
import dev.errand.server.ErrandServer;
import dev.errand.server.ServerSettings;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Commands that ask a server which wants keys: what they answer, and what goes wrong in one line each. */
class FromAfarTest {
    private static final Task<Integer, Integer> DOUBLE =
            Task.named("double", Integer.class, Integer.class).run((number, run) -> 2 * number);

    @TempDir
    Path folder;

    private final List<AutoCloseable> open = new ArrayList<>();
    private String server = "";
    private final Errand errand = Errand.open("jdbc:sqlite::memory:", DOUBLE);

    @BeforeEach
    void serve() throws Exception {
        open.add(errand);
        ErrandServer started =
                ErrandServer.start(errand, ServerSettings.standard().port(0));
        open.add(started);
        server = started.uri().toString();
    }

    @AfterEach
    void end() throws Exception {
        for (AutoCloseable each : open.reversed()) {
            each.close();
        }
    }

    private String key(Role role) throws Exception {
        String secret = errand.apiKeys().create("desk", role).secret();
        return Files.writeString(folder.resolve(role.name()), secret + "\n").toString();
    }

    private Cli.Said call(Role role, String... command) throws Exception {
        List<String> all = new ArrayList<>(List.of(command));
        all.addAll(List.of("--server", server, "--key-file", key(role)));
        return Cli.bare(all.toArray(String[]::new));
    }

    private static void refused(int code, Cli.Said said, String... parts) {
        assertThat(said.code()).describedAs(said.err()).isEqualTo(code);
        assertThat(said.out()).isEmpty();
        assertThat(said.err()).startsWith("errand: ").contains(parts).hasLineCount(1);
    }

    @Test
    void aRunIsTriggeredThereAndItsOutputPrintedHere() throws Exception {
        Cli.Said said = call(Role.OPERATOR, "trigger", "double", "--payload", "21", "--wait=60s");
        assertThat(said.line()).describedAs(said.err()).isEqualTo("42");
        assertThat(call(Role.VIEWER, "runs", "list").out()).contains("double", "COMPLETED");
    }

    @Test
    void theNodesBehindAServerAreShownAndItsOwnIsOneOfThem() throws Exception {
        JsonNode nodes = call(Role.VIEWER, "nodes", "list", "--json").json();
        assertThat(nodes).hasSize(1);
        assertThat(call(Role.VIEWER, "top").out()).contains("nodes: ", "at a time");
        assertThat(call(Role.VIEWER, "doctor").out())
                .contains("OK     server", server + " answers", "nodes  1 at work");
        String number = nodes.get(0).get("number").toString();
        assertThat(call(Role.OPERATOR, "nodes", "concurrency", number, "3").code())
                .isZero();
        assertThat(errand.concurrency()).isEqualTo(3);
        assertThat(call(Role.OPERATOR, "nodes", "drain", number).line()).contains("will start nothing more");
        assertThat(call(Role.OPERATOR, "nodes", "drain", "999999").code()).isEqualTo(2);
    }

    @Test
    void aKeyThatIsNoneThereOpensNothing() throws Exception {
        String stranger = Files.writeString(folder.resolve("stranger"), "tr_dev_" + "x".repeat(24))
                .toString();
        refused(
                1,
                Cli.bare("runs", "list", "--server", server, "--key-file", stranger),
                "does not take the key",
                "errand login");
        assertThat(Cli.bare("doctor", "--server", server, "--key-file", stranger)
                        .out())
                .containsPattern("ERROR +server .*key");
    }

    @Test
    void aRoleThatIsTooSmallIsNamed() throws Exception {
        refused(1, call(Role.VIEWER, "trigger", "double", "--payload", "1"), "operator");
        refused(1, call(Role.OPERATOR, "keys", "list"), "admin");
        assertThat(errand.runs(RunQuery.all()).items()).isEmpty();
    }

    @Test
    void whatIsNotThereIsNamedAsIfItWereHere() throws Exception {
        String nobody = "run_01j0000000e008000000000000";
        refused(2, call(Role.VIEWER, "runs", "show", nobody), "No run " + nobody);
        refused(2, call(Role.OPERATOR, "trigger", "duoble"), "No task 'duoble'", "did you mean double?");
        refused(
                2,
                call(Role.OPERATOR, "trigger", "double", "--payload", "\"one\""),
                "The payload does not fit task double");
    }

    @Test
    void whereNobodyListensIsSaidAndNothingIsKept() throws Exception {
        String nowhere;
        try (ServerSocket free = new ServerSocket(0)) {
            nowhere = "http://127.0.0.1:" + free.getLocalPort();
        }
        refused(1, Cli.typing("tr_dev_a\n", "login", nowhere), nowhere);
    }

    @Test
    void whatMakesNoSenseIsRefused() throws Exception {
        refused(2, Cli.bare("runs", "list", "--server", "localhost:7070"), "'localhost:7070' is no server");
        refused(2, Cli.bare("runs", "list", "--server", server, "--store", "jdbc:sqlite:x.db"), "exclude each other");
        refused(
                2,
                Cli.bare("runs", "list", "--store", "jdbc:sqlite:x.db", "--key-file", "k"),
                "--key-file is for a server");
        refused(2, Cli.bare("runs", "list", "--server", server, "--key-file", "nowhere"), "no file nowhere");
        refused(2, Cli.bare("login", server), "there is no key in standard input");
    }

    @Test
    void whatNeedsTheStoreItselfSaysSo() {
        for (String command : List.of("store check", "store migrate", "store backup x", "bench", "serve")) {
            List<String> all = new ArrayList<>(List.of(command.split(" ")));
            all.addAll(List.of("--server", server));
            String name = command.replaceFirst(" x.*", "");
            refused(
                    2,
                    Cli.bare(all.toArray(String[]::new)),
                    "errand " + name + " needs the store itself, not a server");
        }
    }
}
