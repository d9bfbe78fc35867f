package dev.errand.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Errand;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Keys on the command line. */
@Tag(TestStore.ON_BOTH)
class KeyCommandsTest {
    @TempDir
    Path folder;

    private Cli cli = new Cli(Path.of(""));

    @BeforeEach
    void makeStore() {
        cli = new Cli(folder);
        Errand.builder().store(cli.store()).concurrency(0).open().close();
    }

    @Test
    void aKeyIsShownOnceAndListedWithoutItsSecret() {
        Cli.Said made = cli.call("keys", "create", "billing", "--role", "operator");
        assertThat(made.code()).isZero();
        assertThat(made.line()).matches("tr_dev_\\w{24,}");
        assertThat(made.err()).containsPattern("key_\\w{16}, for billing; keep it now");
        Cli.Said list = cli.call("keys", "list");
        assertThat(list.out()).containsPattern("key_\\w{16} +billing +operator +tr_dev_\\w+… +\\d{4}-.* never");
        assertThat(list.out()).doesNotContain(made.line());
        assertThat(cli.call("keys", "list", "--json").out()).doesNotContain(made.line());
    }

    @Test
    void whatIsMadeIsToldAsJsonWithItsSecret() {
        JsonNode made =
                cli.call("keys", "create", "ops", "--role", "ADMIN", "--json").json();
        assertThat(made.get("secret").stringValue()).startsWith("tr_dev_");
        assertThat(made.get("key").get("name").stringValue()).isEqualTo("ops");
        assertThat(made.get("key").get("role").stringValue()).isEqualTo("ADMIN");
    }

    @Test
    void aRevokedKeyIsShownAsSuch() {
        String id = cli.call("keys", "create", "old", "--role", "viewer", "--json")
                .json()
                .get("key")
                .get("id")
                .stringValue();
        assertThat(cli.call("keys", "revoke", id).line()).isEqualTo("revoked");
        JsonNode key = cli.call("keys", "list", "--json").json().get(0);
        assertThat(key.get("id").stringValue()).isEqualTo(id);
        assertThat(key.get("revokedAt").isNull()).isFalse();
        assertThat(cli.call("keys", "revoke", id, "--json")
                        .json()
                        .get("revoked")
                        .booleanValue())
                .isTrue();
    }

    @Test
    void aKeyWhoseTokensTheServerSignsTellsSo() {
        JsonNode made = cli.call("keys", "create", "shop", "--role", "operator", "--signing", "server", "--json")
                .json();
        assertThat(made.get("secret").stringValue()).startsWith("tr_dev_sk_");
        assertThat(made.get("key").get("signing").stringValue()).isEqualTo("SERVER");
        Cli.Said owner = cli.call("keys", "create", "shop", "--role", "operator", "--signing", "owner");
        assertThat(owner.code()).isEqualTo(2);
        assertThat(owner.err()).containsIgnoringCase("secret").hasLineCount(1);
    }

    @Test
    void whatMakesNoSenseIsAnsweredInALine() {
        Cli.Said unknown = cli.call("keys", "revoke", "key_0000000000000000");
        assertThat(unknown.code()).isEqualTo(2);
        assertThat(unknown.err())
                .contains("there is no key key_0000000000000000")
                .hasLineCount(1);
        Cli.Said role = cli.call("keys", "create", "x", "--role", "king");
        assertThat(role.code()).isEqualTo(2);
        assertThat(role.err()).contains("--role", "king").hasLineCount(1);
        assertThat(cli.call("keys", "create", "x").err()).contains("--role");
        assertThat(cli.call("keys", "create", " ", "--role", "viewer").err()).contains("1 to 128 characters");
        assertThat(cli.call("keys", "list", "--json").json()).isEmpty();
    }
}
