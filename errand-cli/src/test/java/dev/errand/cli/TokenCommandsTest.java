package dev.errand.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Errand;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Tokens on the command line. */
@Tag(TestStore.ON_BOTH)
@Tag(ThroughServer.TAG)
class TokenCommandsTest {
    @TempDir
    Path folder;

    private Cli cli = new Cli(Path.of(""));

    @BeforeEach
    void makeStore() {
        cli = new Cli(folder);
        Errand.builder().store(cli.store()).concurrency(0).open().close();
    }

    private String create(String... options) {
        List<String> command = new ArrayList<>(List.of("tokens", "create"));
        command.addAll(List.of(options));
        return cli.call(command.toArray(String[]::new)).out().strip();
    }

    @Test
    void aTokenIsCreatedListedAndCompleted() {
        String id = create("--name", "approval", "--tag", "demo", "--timeout", "8h");
        assertThat(id).matches("token_[0-9a-z]{26}");
        assertThat(cli.call("tokens", "list", "--tag", "demo").out()).containsPattern(id + " +approval +PENDING");
        assertThat(cli.call("tokens", "complete", id, "--value", "{\"ok\":1}").out())
                .contains("completed");
        JsonNode listed =
                cli.call("tokens", "list", "--state", "completed", "--json").json();
        JsonNode token = listed.get("items").get(0);
        assertThat(token.get("id").stringValue()).isEqualTo(id);
        assertThat(token.get("value").get("ok").intValue()).isEqualTo(1);
        assertThat(cli.call("tokens", "list", "--state", "pending,failed").out())
                .doesNotContain(id);
        assertThat(cli.call("tokens", "list").out()).containsPattern(id + " .+ COMPLETED .+ \\{\"ok\":1}");
    }

    @Test
    void whatIsDoneIsToldAsJson() {
        JsonNode created =
                cli.call("tokens", "create", "--name", "approval", "--json").json();
        String id = created.get("id").stringValue();
        assertThat(created.get("name").stringValue()).isEqualTo("approval");
        assertThat(created.get("state").stringValue()).isEqualTo("PENDING");
        JsonNode first = cli.call("tokens", "complete", id, "--json").json();
        assertThat(first.get("id").stringValue()).isEqualTo(id);
        assertThat(first.get("answer").stringValue()).isEqualTo("OK");
        Cli.Said second = cli.call("tokens", "complete", id, "--json");
        assertThat(second.code()).isEqualTo(1);
        assertThat(second.json().get("answer").stringValue()).isEqualTo("ENDED");
    }

    @Test
    void aValueComesFromAFile() throws Exception {
        String id = create();
        Path file = cli.file("value.json", "{\"ok\":2}\n");
        assertThat(cli.call("tokens", "complete", id, "--value", "@" + file).code())
                .isZero();
        assertThat(cli.call("tokens", "list").out()).containsPattern(id + " .+ COMPLETED .+ \\{\"ok\":2}");
        refused("no file ", "complete", id, "--value", "@" + file + ".gone");
    }

    @Test
    void whoIsSecondIsTold() {
        String id = create();
        cli.call("tokens", "complete", id, "--error", "the boss said no");
        Cli.Said second = cli.call("tokens", "complete", id, "--value", "1");
        assertThat(second.code()).isEqualTo(1);
        assertThat(second.err()).contains("it has ended already: failed");
    }

    @Test
    void aKeyAnswersWithTheFirstToken() {
        String first = create("--idempotency-key", "order-7");
        assertThat(first).startsWith("token_").isEqualTo(create("--idempotency-key", "order-7"));
        assertThat(create("--idempotency-key", "order-8")).startsWith("token_").isNotEqualTo(first);
    }

    @Test
    void badInputIsExplained() {
        String id = create();
        refused("not a token's id", "complete", "abc");
        refused("not with both", "complete", id, "--value", "1", "--error", "x");
        refused("the value is not JSON", "complete", id, "--value", "{");
        refused("the value is empty", "complete", id, "--value", " ");
        refused("why a token fails", "complete", id, "--error", " ");
        refused("No such token", "complete", "token_00000000000000000000000000");
        refused("more than zero", "create", "--timeout", "0s");
        refused("--timeout", "create", "--timeout", "soon");
        refused("1 to 256 characters", "create", "--name", " ");
        refused("at most 10 tags", "create", "--tag", "x".repeat(129));
        refused("--state", "list", "--state", "gone");
        refused("1 to 1000", "list", "--limit", "0");
        assertThat(cli.call("tokens", "list").out()).containsPattern(id + " .+ PENDING");
    }

    private void refused(String reason, String... command) {
        List<String> all = new ArrayList<>(List.of("tokens"));
        all.addAll(List.of(command));
        Cli.Said said = cli.call(all.toArray(String[]::new));
        assertThat(said.code()).as(reason).isEqualTo(2);
        assertThat(said.out()).isEmpty();
        assertThat(said.err().lines()).singleElement().asString().contains(reason);
    }
}
