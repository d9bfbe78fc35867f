package dev.errand.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Tokens on the command line. */
@Tag(TestStore.ON_BOTH)
class TokenCommandsTest {
    @TempDir
    Path folder;

    private Cli cli = new Cli(Path.of(""));

    @BeforeEach
    void makeCli() {
        cli = new Cli(folder);
    }

    private String create(String... options) {
        String[] command = new String[options.length + 2];
        command[0] = "tokens";
        command[1] = "create";
        System.arraycopy(options, 0, command, 2, options.length);
        return cli.call(command).out().strip();
    }

    @Test
    void aTokenIsCreatedListedAndCompleted() {
        String id = create("--name", "approval", "--tag", "demo", "--timeout", "8h");
        assertThat(id).matches("token_[0-9a-z]{26}");
        assertThat(cli.call("tokens", "list", "--tag", "demo").out()).containsPattern(id + " +approval +PENDING");
        assertThat(cli.call("tokens", "complete", id, "--value", "{\"ok\":1}").out()).contains("completed");
        JsonNode listed = cli.call("tokens", "list", "--state", "completed", "--json").json();
        assertThat(listed.get("items").get(0).get("value").get("ok").intValue()).isEqualTo(1);
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
        assertThat(create("--idempotency-key", "order-7")).isEqualTo(create("--idempotency-key", "order-7"));
    }

    @Test
    void badInputIsExplained() {
        assertThat(cli.call("tokens", "complete", "abc").err()).contains("not a token's id");
        assertThat(cli.call("tokens", "complete", create(), "--value", "1", "--error", "x").err())
                .contains("not with both");
        assertThat(cli.call("tokens", "complete", "token_00000000000000000000000000").err())
                .contains("No such token");
        assertThat(cli.call("tokens", "create", "--timeout", "0s").err()).contains("more than zero");
    }
}
