package dev.errand.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Triggering, looking at runs and steering them, where nobody works. */
@Tag(TestStore.ON_BOTH)
@Tag(ThroughServer.TAG)
class RunsTest {
    @TempDir
    Path folder;

    private Cli cli = new Cli(Path.of(""));

    @BeforeEach
    void open() throws Exception {
        cli = new Cli(folder);
        cli.know(cli.script("echo.sh", "echo logged >&2", "cat"));
    }

    private String trigger(String... options) {
        List<String> args = new ArrayList<>(List.of("trigger", "echo"));
        args.addAll(List.of(options));
        Cli.Said said = cli.call(args.toArray(String[]::new));
        assertThat(said.code()).describedAs(said.err()).isZero();
        return said.line();
    }

    private JsonNode show(String id) {
        return cli.call("runs", "show", id, "--json").json();
    }

    private String state(String id) {
        return show(id).get("state").stringValue();
    }

    @Test
    void triggerPrintsTheIdAndStoresWhatWasAsked() {
        String id = trigger(
                "--payload",
                "{\"a\":1}",
                "--name",
                "nightly",
                "--tag",
                "x",
                "--tag",
                "y",
                "--priority",
                "60",
                "--ttl",
                "1h",
                "--timeout",
                "30s",
                "--timeout-from",
                "creation",
                "--attempts",
                "7",
                "--max-duration",
                "5m",
                "--metadata",
                "{\"k\":[1]}");
        JsonNode run = show(id);
        assertThat(run.get("id").stringValue()).isEqualTo(id);
        assertThat(run.get("state").stringValue()).isEqualTo("QUEUED");
        assertThat(run.get("payload").toString()).isEqualTo("{\"a\":1}");
        assertThat(run.get("name").stringValue()).isEqualTo("nightly");
        assertThat(run.get("tags").toString()).isEqualTo("[\"x\",\"y\"]");
        assertThat(run.get("priority").intValue()).isEqualTo(60);
        assertThat(run.get("expiresAt").isNull()).isFalse();
        assertThat(run.get("timeout").stringValue()).isEqualTo("PT30S");
        assertThat(run.get("timeoutFrom").stringValue()).isEqualTo("CREATION");
        assertThat(run.get("maxDuration").stringValue()).isEqualTo("PT5M");
        assertThat(run.get("maxAttempts").intValue()).isEqualTo(7);
        assertThat(run.get("metadata").toString()).isEqualTo("{\"k\":[1]}");
        assertThat(run.get("attempts").isArray()).isTrue();
    }

    @Test
    void retriesAreTheAttemptsButTheFirstAndBothTogetherStoreNothing() {
        assertThat(show(trigger("--max-retries", "3")).get("maxAttempts").intValue())
                .isEqualTo(4);
        Cli.Said both = cli.call("trigger", "echo", "--attempts", "4", "--max-retries", "3", "--name", "both");
        assertThat(both.code()).isEqualTo(2);
        assertThat(both.err()).contains("attempts and maxRetries both say");
        assertThat(cli.call("runs", "list", "--name", "both", "--json").out()).doesNotContain("\"id\"");
    }

    @Test
    void aKeyIsTriggeredOnceUntilItIsReset() {
        String id = trigger("--idempotency-key", "signup 42", "--key-ttl", "1h", "--payload", "1");
        Cli.Said again = cli.call("trigger", "echo", "--idempotency-key", "signup 42", "--payload", "2");
        assertThat(again.line()).isEqualTo(id);
        assertThat(again.err()).contains("stored no new run");
        assertThat(show(id).get("idempotencyKey").stringValue()).isEqualTo("signup 42");
        assertThat(cli.call("runs", "show", id).out()).containsPattern("idempotency key +signup 42");
        Cli.Said strict =
                cli.call("trigger", "echo", "--idempotency-key", "signup 42", "--key-strict", "--payload", "2");
        assertThat(strict.code()).isEqualTo(1);
        assertThat(strict.err()).contains("is held by " + id);
        assertThat(cli.call("tasks", "reset-key", "ECHO", "signup 42").code()).isZero();
        assertThat(cli.call("tasks", "reset-key", "echo", "signup 42").err())
                .isEqualTo("errand: no run of echo holds the key 'signup 42'\n");
        assertThat(trigger("--idempotency-key", "signup 42")).isNotEqualTo(id);
    }

    @Test
    void aBurstIsOneRun() {
        String[] debounce = {"--debounce", "d", "--delay", "1h", "--debounce-max", "2h", "--debounce-mode", "trailing"};
        String id = trigger(debounce);
        String due = show(id).get("dueAt").stringValue();
        assertThat(trigger(debounce)).isEqualTo(id);
        assertThat(show(id).get("dueAt").stringValue()).isGreaterThan(due);
        assertThat(state(id)).isEqualTo("DELAYED");
    }

    @Test
    void idsAreReadIgnoringCase() {
        String id = trigger();
        assertThat(show(id.toUpperCase(java.util.Locale.ROOT)).get("id").stringValue())
                .isEqualTo(id);
    }

    @Test
    void aDelayedRunIsMovedAndCancelled() {
        String id = trigger("--delay", "1h");
        assertThat(state(id)).isEqualTo("DELAYED");
        assertThat(cli.call("runs", "reschedule", id, "--at", "2040-01-01T00:00:00Z")
                        .code())
                .isZero();
        assertThat(show(id).get("dueAt").stringValue()).isEqualTo("2040-01-01T00:00:00Z");
        assertThat(cli.call("runs", "cancel", id, "--reason", "changed my mind").code())
                .isZero();
        assertThat(state(id)).isEqualTo("CANCELED");
        assertThat(show(id).get("reason").stringValue()).contains("changed my mind");
        Cli.Said again = cli.call("runs", "cancel", id);
        assertThat(again.code()).isEqualTo(1);
        assertThat(again.err()).contains("has ended CANCELED");
        assertThat(cli.call("runs", "reschedule", id, "--delay", "5m").code()).isEqualTo(1);
    }

    @Test
    void theInstantMeantByATimeOfDayIsTold() { // case 86, what is answered
        Cli.Said said = cli.call("trigger", "echo", "--at", "2040-01-01T00:00:00+02:00");
        assertThat(said.err()).isEqualTo("starts at 2039-12-31T22:00:00Z\n");
        assertThat(state(said.line())).isEqualTo("DELAYED");
    }

    @Test
    void whyTellsThatNobodyWorks() {
        Cli.Said why = cli.call("runs", "why", trigger());
        assertThat(why.code()).isZero();
        assertThat(why.out()).isNotBlank();
    }

    @Test
    void waitingForARunThatDoesNotEndIsGivenUpWith124() {
        String id = trigger();
        Cli.Said said = cli.call("runs", "await", id, "--timeout", "100ms");
        assertThat(said.code()).isEqualTo(124);
        assertThat(said.err()).contains(id, "QUEUED", "goes on");
        assertThat(cli.call("trigger", "echo", "--wait=100ms").code()).isEqualTo(124);
    }

    @Test
    void retryRefusesWhatHasNotFailed() {
        Cli.Said said = cli.call("runs", "retry", trigger());
        assertThat(said.code()).isEqualTo(1);
        assertThat(said.err()).contains("QUEUED", "only FAILED and RETRYING");
    }

    @Test
    void aFailedRunIsRetriedWithinItsAttemptsAndBeyondThemWithForce() throws Exception {
        Cli.Said failed = cli.call("run", cli.script("fail.sh", "exit 1"), "--attempts", "1", "--json");
        String id = failed.json().get("id").stringValue();
        assertThat(cli.call("runs", "retry", id).code()).isEqualTo(1);
        assertThat(cli.call("runs", "retry", id, "--force").code()).isZero();
        assertThat(state(id)).isEqualTo("QUEUED");
    }

    @Test
    void aReplayIsANewRunLikeTheOld() {
        String id = trigger("--payload", "[1]");
        String replay = cli.call("runs", "replay", id).line();
        assertThat(replay).startsWith("run_").isNotEqualTo(id);
        assertThat(show(replay).get("payload").toString()).isEqualTo("[1]");
        assertThat(show(replay).get("replayOf").stringValue()).isEqualTo(id);
    }

    @Test
    void aPurgedRunIsGone() {
        String id = trigger();
        assertThat(cli.call("runs", "purge", id).code()).isZero();
        assertThat(cli.call("runs", "show", id).code()).isEqualTo(2);
    }

    @Test
    void runsOfANameArePurgedTogether() {
        trigger("--name", "batch");
        trigger("--name", "batch");
        String other = trigger("--name", "other");
        assertThat(cli.call("runs", "purge", "--name", "batch", "--force").out())
                .isEqualTo("2 deleted\n");
        assertThat(cli.call("runs", "list", "--name", "batch", "--json").out()).doesNotContain("\"id\"");
        assertThat(state(other)).isEqualTo("QUEUED");
        Cli.Said none = cli.call("runs", "purge", "--name", "batch");
        assertThat(none.code()).isEqualTo(2);
        assertThat(none.err()).isEqualTo("errand: no run is named batch\n");
        assertThat(cli.call("runs", "purge").err()).contains("an ID, or --name NAME");
        assertThat(cli.call("runs", "purge", other, "--name", "other").code()).isEqualTo(2);
        assertThat(cli.call("runs", "purge", "--name", "other", "--json")
                        .json()
                        .get("purged")
                        .intValue())
                .isEqualTo(1);
    }

    @Test
    void whatWasEmittedIsPrintedOnFromAPositionAndTaken() throws Exception {
        String emits = cli.script("emits.sh", "echo '::emit one'", "echo '::emit {\"two\":2}'", "echo three");
        cli.call("run", emits, "--quiet");
        String id = cli.call("runs", "list", "--task", "emits", "--json")
                .json()
                .get("items")
                .get(0)
                .get("id")
                .stringValue();
        Cli.Said all = cli.call("runs", "emitted", id);
        assertThat(all.out()).isEqualTo("one\n{\"two\":2}\n");
        assertThat(cli.call("runs", "emitted", id).out()).isEqualTo(all.out());
        List<String> lines =
                cli.call("runs", "emitted", id, "--json").out().lines().toList();
        assertThat(lines).hasSize(2).last().asString().contains("\"attempt\":1", "\"item\":{\"two\":2}");
        String first = lines.getFirst().replaceAll(".*\"position\":(\\d+).*", "$1");
        assertThat(cli.call("runs", "emitted", id, "--after", first).out()).isEqualTo("{\"two\":2}\n");
        assertThat(cli.call("runs", "emitted", id, "--after", first, "--take").code())
                .isEqualTo(2);
        assertThat(cli.call("runs", "emitted", id, "--take").out()).isEqualTo(all.out());
        assertThat(cli.call("runs", "emitted", id).out()).isEmpty();
    }

    @Test
    void logsAreShown() {
        String id = cli.call("runs", "list", "--state", "completed", "--json")
                .json()
                .get("items")
                .get(0)
                .get("id")
                .stringValue();
        assertThat(cli.call("runs", "logs", id).out()).contains("logged");
        assertThat(cli.call("runs", "logs", id, "--follow").out()).contains("logged");
        assertThat(cli.call("runs", "logs", id, "--json")
                        .json()
                        .get(0)
                        .get("message")
                        .stringValue())
                .isEqualTo("logged");
    }

    @Test
    void listsAreNarrowedAndPaged() {
        String one = trigger("--tag", "blue", "--name", "first");
        String two = trigger("--tag", "blue");
        trigger("--delay", "1h");
        assertThat(ids("--tag", "blue")).containsExactly(two, one);
        assertThat(ids("--name", "first")).containsExactly(one);
        assertThat(ids("--state", "QUEUED,DELAYED")).hasSize(3);
        assertThat(ids("--task", "ECHO")).hasSize(4);
        assertThat(ids("--since", "1h")).hasSize(4);
        assertThat(ids("--until", "1h")).isEmpty();
        Cli.Said page = cli.call("runs", "list", "--tag", "blue", "--limit", "1", "--json");
        assertThat(page.json().get("items")).hasSize(1);
        assertThat(ids("--tag", "blue", "--after", page.json().get("cursor").stringValue()))
                .containsExactly(one);
        assertThat(cli.call("runs", "list", "--limit", "1").err()).contains("more: --after");
    }

    private List<String> ids(String... filters) {
        List<String> args = new ArrayList<>(List.of("runs", "list", "--json"));
        args.addAll(List.of(filters));
        List<String> ids = new ArrayList<>();
        cli.call(args.toArray(String[]::new))
                .json()
                .get("items")
                .forEach(run -> ids.add(run.get("id").stringValue()));
        return ids;
    }

    @Test
    void tablesShowWhatThereIs() {
        String id = trigger("--name", "nightly");
        assertThat(cli.call("runs", "list").out()).contains("ID", id, "QUEUED", "nightly");
        assertThat(cli.call("runs", "show", id).out()).contains(id, "QUEUED", "nightly");
        assertThat(cli.call("tasks", "list").out()).contains("echo", "echo.sh");
        assertThat(cli.call("tasks", "show", "ECHO").out()).contains("echo", "attempts");
        assertThat(cli.call("tasks", "show", "echo", "--json").json().get("id").stringValue())
                .isEqualTo("echo");
        assertThat(cli.call("top").out()).contains(id, "1 queued", "no node works");
        assertThat(cli.call("top", "--json").json().get("runs")).isNotEmpty();
    }

    @Test
    void stepsAreShown() throws Exception {
        cli.file("Checkout.java", """
                import dev.errand.*;

                @AsTask(value = "checkout", attempts = 1)
                void checkout(RunContext run) throws Exception {
                    run.step("charge", String.class, () -> "receipt " + "7".repeat(100));
                    run.step("charge", () -> {});
                    run.step("ship", Integer.class, StepOptions.none().key("order 7"), () -> 42);
                    run.step("tell", StepOptions.none().atMostOnce(), () -> {
                        throw new java.io.IOException("line\\nis busy");
                    });
                }
                """);
        assertThat(cli.call("run", folder.resolve("Checkout.java").toString()).code())
                .isEqualTo(1);
        String id = ids("--task", "checkout").getFirst();
        assertThat(cli.call("runs", "show", id).out())
                .containsPattern("STEP +STATE +ATTEMPT +STARTED +TOOK +RESULT")
                .containsPattern("charge +COMPLETED +1 +20[-0-9 :]+ \\d+m?s +\"receipt 7{49,51}…\n")
                .containsPattern("charge#2 +COMPLETED +1 +20[-0-9 :]+ \\d+m?s\n")
                .containsPattern("ship \\(key order 7\\) +COMPLETED +1 +20[-0-9 :]+ \\d+m?s +42\n")
                .containsPattern("tell +FAILED +1 +20[-0-9 :]+ \\d+m?s +java.io.IOException: line is busy\n");
        JsonNode steps = show(id).get("steps");
        assertThat(steps).hasSize(4);
        assertThat(steps.get(1).get("occurrence").intValue()).isEqualTo(2);
        assertThat(steps.get(2).get("key").stringValue()).isEqualTo("order 7");
        assertThat(steps.get(2).get("result").intValue()).isEqualTo(42);
        assertThat(steps.get(3).get("state").stringValue()).isEqualTo("FAILED");
        assertThat(steps.get(3).get("failure").get("type").stringValue()).isEqualTo("java.io.IOException");
        assertThat(show(trigger()).get("steps")).isEmpty();
    }

    @Test
    void theDoctorFindsTheStoreWellAndMissesANode() {
        trigger();
        Cli.Said said = cli.call("doctor");
        assertThat(said.code()).describedAs(said.out()).isZero();
        assertThat(said.out()).contains("OK     jdk", "OK     store", "OK     clock", "WARN   nodes", "errand dev");
    }

    @Test
    void theDoctorFailsOnADamagedStore() throws Exception {
        cli.file("other/errand.db", "no database ".repeat(1000));
        Cli.Said said = Cli.bare("doctor", "--json", "--store", "jdbc:sqlite:" + folder.resolve("other/errand.db"));
        assertThat(said.code()).isEqualTo(1);
        assertThat(said.out()).contains("\"ERROR\"");
    }
}
