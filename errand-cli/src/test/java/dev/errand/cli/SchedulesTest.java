package dev.errand.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

@Tag(TestStore.ON_BOTH)
class SchedulesTest {
    @TempDir
    Path folder;

    private Cli cli = new Cli(Path.of(""));

    @BeforeEach
    void open() throws Exception {
        cli = new Cli(folder);
        cli.know(cli.script("greet.sh", "echo hello"));
    }

    private void refused(Cli.Said said, String... parts) {
        assertThat(said.code()).isEqualTo(2);
        assertThat(said.out()).isEmpty();
        assertThat(said.err().lines()).hasSize(1);
        assertThat(said.err()).startsWith("errand: ").contains(parts);
        assertThat(cli.call("schedules", "list").line().lines()).hasSize(1);
    }

    private Cli.Said create(String... options) {
        String[] all = new String[options.length + 4];
        System.arraycopy(new String[] {"schedules", "create", "nightly", "greet"}, 0, all, 0, 4);
        System.arraycopy(options, 0, all, 4, options.length);
        return cli.call(all);
    }

    @Test
    void aScheduleIsMadeShownChangedAndDeleted() {
        Cli.Said made = create("--cron", "0 2 * * MON-FRI", "--zone", "Europe/Berlin", "--overlap", "skip");
        assertThat(made.err()).isEmpty();
        assertThat(made.out()).contains("nightly", "0 2 * * MON-FRI", "Europe/Berlin", "skip", "ACTIVE");
        assertThat(cli.call("schedules", "list").out()).contains("nightly", "greet", "ACTIVE", "0 2 * * MON-FRI");

        JsonNode changed = cli.call(
                        "schedules", "update", "nightly", "--limit", "3", "--payload", "{\"a\":1}", "--json")
                .json();
        assertThat(changed.get("limit").intValue()).isEqualTo(3);
        assertThat(changed.get("zone").stringValue()).isEqualTo("Europe/Berlin");
        assertThat(changed.get("payload").get("a").intValue()).isEqualTo(1);
        assertThat(changed.get("cron").get(0).stringValue()).isEqualTo("0 2 * * MON-FRI");

        assertThat(cli.call("schedules", "next", "nightly", "9", "--json")
                        .json()
                        .size())
                .isEqualTo(3);
        assertThat(cli.call("schedules", "next", "nightly").out()).contains("T02:00");
        assertThat(cli.call("schedules", "pause", "nightly").out()).contains("PAUSED");
        assertThat(cli.call("schedules", "next", "nightly").err()).contains("PAUSED");
        assertThat(cli.call("schedules", "resume", "nightly").out()).contains("ACTIVE");
        assertThat(cli.call("schedules", "delete", "nightly").out()).contains("'nightly' is deleted");
        assertThat(cli.call("schedules", "list").line().lines()).hasSize(1);
    }

    @Test
    void whatAnUpdateIsNotGivenStays() {
        create("--cron", "30 2 * * *", "--gap", "skip", "--twice", "last", "--tag", "mine", "--max-retries", "4");
        JsonNode changed = cli.call(
                        "schedules",
                        "update",
                        "nightly",
                        "--cron",
                        "30 1 13 * FRI",
                        "--both-days",
                        "--name",
                        "report",
                        "--attempts",
                        "2",
                        "--json")
                .json();
        assertThat(changed.get("cron").toString()).isEqualTo("[\"30 1 13 * FRI\"]");
        assertThat(changed.get("bothDays").booleanValue()).isTrue();
        assertThat(changed.get("gap").stringValue()).isEqualTo("skip");
        assertThat(changed.get("twice").stringValue()).isEqualTo("last");
        JsonNode options = changed.get("options");
        assertThat(options.get("tags").toString()).isEqualTo("[\"mine\"]");
        assertThat(options.get("name").stringValue()).isEqualTo("report");
        assertThat(options.get("maxRetries").intValue()).isEqualTo(1);
        assertThat(cli.call("schedules", "update", "nightly", "--twice", "both").out())
                .containsPattern("clocks +gap skip, twice both")
                .containsPattern("days +match both fields")
                .contains("\"report\"");
        Cli.Said both = cli.call("schedules", "update", "nightly", "--attempts", "2", "--max-retries", "1");
        assertThat(both.err()).contains("attempts and maxRetries both say");
    }

    @Test
    void itsRunsHaveWhatItSaysOfThemAndAnUpdateLeavesTheRest() {
        create(
                "--every",
                "1d",
                "--priority",
                "60",
                "--ttl",
                "1h",
                "--timeout",
                "30s",
                "--timeout-from",
                "start",
                "--metadata",
                "{\"k\":[1]}");
        Cli.Said shown = cli.call("schedules", "update", "nightly", "--priority", "90", "--timeout", "40s");
        assertThat(shown.out())
                .containsPattern("runs get +.*\"priority\":90.*\"ttl\":\"PT1H\"")
                .contains("\"timeoutFrom\":\"START\"", "\"metadata\":{\"k\":[1]}");
        JsonNode options =
                cli.call("schedules", "show", "nightly", "--json").json().get("options");
        assertThat(options.get("priority").intValue()).isEqualTo(90);
        assertThat(options.get("ttl").stringValue()).isEqualTo("PT1H");
        assertThat(options.get("timeout").stringValue()).isEqualTo("PT40S");
        assertThat(options.get("timeoutFrom").stringValue()).isEqualTo("START");
        assertThat(options.get("metadata").toString()).isEqualTo("{\"k\":[1]}");
        String id = cli.call("schedules", "run", "nightly").line();
        JsonNode run = cli.call("runs", "show", id, "--json").json();
        assertThat(run.get("priority").intValue()).isEqualTo(90);
        assertThat(run.get("expiresAt").isNull()).isFalse();
        assertThat(run.get("timeoutFrom").stringValue()).isEqualTo("START");
        assertThat(run.get("metadata").get("k").toString()).isEqualTo("[1]");
        JsonNode emptied = cli.call("schedules", "update", "nightly", "--priority", "0", "--metadata", "{}", "--json")
                .json();
        assertThat(emptied.get("options").get("priority").intValue()).isZero();
        assertThat(emptied.get("options").get("metadata").isEmpty()).isTrue();
        assertThat(emptied.get("options").get("ttl").stringValue()).isEqualTo("PT1H");
    }

    @Test
    void aRunByHandIsTriggeredAndFoundByItsTag() {
        create("--every", "1d");
        String id = cli.call("schedules", "run", "nightly").line();
        assertThat(cli.call("runs", "list", "--tag", "schedule:nightly").out()).contains(id);
    }

    @Test
    void whatIsWrongIsNamedAndNothingIsStored() {
        refused(create("--cron", "61 * * * *"), "minute", "61");
        refused(create("--cron", "0 0 30 2 *"), "never fires");
        refused(create("--cron", "@daily", "--zone", "Europe/Berln"), "'Europe/Berln'", "Europe/Berlin");
        refused(create("--at", "2020-01-01T00:00:00Z"), "would never fire");
        refused(create("--cron", "@daily", "--every", "1h"), "exclude each other");
        refused(create(), "needs --cron, --every or --at");
        refused(create("--every", "1h", "--overlap", "queue"), "allow, skip, queue-one, cancel-old");
        refused(create("--every", "1h", "--limit", "few"), "--limit", "'few'");
        refused(create("--every", "1h", "--catch-up", "x"), "--catch-up", "none, once");
        refused(create("--every", "1h", "--priority=-1"), "priority is -1");
        refused(create("--every", "1h", "--timeout-from", "start"), "--timeout-from needs --timeout");
        refused(create("--every", "1h", "--metadata", "[1]"), "--metadata must be a JSON object");
        refused(create("--every", "1h", "--metadata", "null"), "--metadata must be a JSON object");
        refused(create("--every", "1h", "--metadata", "{\"a\":null}"), "--metadata", "null");
        refused(cli.call("schedules", "create", "nightly", "gret", "--every", "1h"), "'gret'", "greet");
    }

    @Test
    void whatIsNotThereIsNamed() {
        create("--every", "1d");
        assertThat(create("--every", "1d").err()).contains("there is a schedule 'nightly' already");
        Cli.Said missing = cli.call("schedules", "show", "nigtly");
        assertThat(missing.code()).isEqualTo(2);
        assertThat(missing.err()).contains("No schedule 'nigtly'", "nightly");
    }
}
