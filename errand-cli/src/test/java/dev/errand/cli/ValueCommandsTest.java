package dev.errand.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Errand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Durable values on the command line. */
@Tag(TestStore.ON_BOTH)
class ValueCommandsTest {
    @TempDir
    Path folder;

    private Cli cli = new Cli(Path.of(""));

    @BeforeEach
    void makeStore() {
        cli = new Cli(folder);
        Errand.builder().store(cli.store()).concurrency(0).open().close();
    }

    @Test
    void aValueIsSetAndGotAndListed() {
        assertThat(cli.call("values", "set", "balance", "5").out()).contains("set");
        assertThat(cli.call("values", "set", "balance", "{\"cents\":11}").code())
                .isZero();
        assertThat(cli.call("values", "get", "balance").out().strip()).isEqualTo("{\"cents\":11}");
        assertThat(cli.call("values", "list").out()).containsPattern("balance .+ \\{\"cents\":11}");
    }

    @Test
    void aValueComesFromAFile() throws IOException {
        Path file = Files.writeString(folder.resolve("rates.json"), "[1,2]\n");
        cli.call("values", "set", "rates", "@" + file);
        assertThat(cli.call("values", "get", "rates").out().strip()).isEqualTo("[1,2]");
    }

    @Test
    void whatIsDoneIsToldAsJson() {
        JsonNode set = cli.call("values", "set", "rate", "7", "--json").json();
        assertThat(set.get("name").stringValue()).isEqualTo("rate");
        assertThat(set.get("value").intValue()).isEqualTo(7);
        JsonNode got = cli.call("values", "get", "rate", "--json").json();
        assertThat(got).isEqualTo(set);
        assertThat(got.get("version").longValue()).isPositive();
        assertThat(got.get("setAt").stringValue()).isNotEmpty();
        JsonNode listed = cli.call("values", "list", "--json").json();
        assertThat(listed.get("items").get(0)).isEqualTo(set);
    }

    @Test
    void aValueThatIsNotThereIsSaidToBeNone() {
        Cli.Said plain = cli.call("values", "get", "nothing");
        assertThat(plain.code()).isEqualTo(1);
        assertThat(plain.out()).isEmpty();
        assertThat(plain.err()).contains("there is no value 'nothing'");
        Cli.Said json = cli.call("values", "get", "nothing", "--json");
        assertThat(json.code()).isEqualTo(1);
        assertThat(json.json().get("version").longValue()).isZero();
    }

    @Test
    void aValueIsRemovedOnce() {
        cli.call("values", "set", "rate", "7");
        Cli.Said removed = cli.call("values", "remove", "rate");
        assertThat(removed.code()).isZero();
        assertThat(removed.out().strip()).isEqualTo("removed");
        assertThat(cli.call("values", "get", "rate").code()).isEqualTo(1);
        Cli.Said again = cli.call("values", "remove", "rate");
        assertThat(again.code()).isEqualTo(1);
        assertThat(again.out()).isEmpty();
        assertThat(again.err()).contains("there is no value 'rate'");
    }

    @Test
    void aRemovalIsToldAsJson() {
        cli.call("values", "set", "rate", "7");
        for (boolean there : new boolean[] {true, false}) {
            Cli.Said said = cli.call("values", "remove", "rate", "--json");
            assertThat(said.code()).isEqualTo(there ? 0 : 1);
            assertThat(said.json().get("name").stringValue()).isEqualTo("rate");
            assertThat(said.json().get("removed").booleanValue()).isEqualTo(there);
        }
    }

    /** It is typed as it stands there. */
    @Test
    void aNameWithSpacesIsQuotedWhereTheListGoesOn() {
        cli.call("values", "set", "opening hours", "true");
        cli.call("values", "set", "pieces", "1");
        assertThat(cli.call("values", "list", "--limit", "1").err()).contains("more: --after 'opening hours'");
    }

    @Test
    void aLongListComesPageByPage() {
        for (String name : List.of("c", "a", "b")) {
            cli.call("values", "set", name, "true");
        }
        Cli.Said first = cli.call("values", "list", "--limit", "2");
        assertThat(names(first)).containsExactly("a", "b");
        assertThat(first.err()).contains("more: --after b");
        Cli.Said second = cli.call("values", "list", "--limit", "2", "--after", "b");
        assertThat(names(second)).containsExactly("c");
        assertThat(second.err()).isEmpty();
    }

    private static List<String> names(Cli.Said said) {
        return said.out().lines().skip(1).map(line -> line.split(" ", 2)[0]).toList();
    }

    @Test
    void badInputIsExplained() {
        refused("the value is not JSON", "set", "rate", "{");
        refused("the value is empty", "set", "rate", " ");
        refused("no file nowhere.json to read the value from", "set", "rate", "@nowhere.json");
        refused("null is the absence of one", "set", "rate", "null");
        refused("1 to 256 characters", "set", " ", "1");
        refused("1 to 256 characters", "get", "x".repeat(257));
        refused("at most 65,536 are kept", "set", "rate", '"' + "x".repeat(65_536) + '"');
        refused("1 to 1000", "list", "--limit", "0");
        assertThat(cli.call("values", "get", "rate").code()).isEqualTo(1);
    }

    private void refused(String reason, String... command) {
        List<String> all = new ArrayList<>(List.of("values"));
        all.addAll(List.of(command));
        Cli.Said said = cli.call(all.toArray(String[]::new));
        assertThat(said.code()).as(reason).isEqualTo(2);
        assertThat(said.out()).isEmpty();
        assertThat(said.err().lines()).singleElement().asString().contains(reason);
    }
}
