package dev.errand.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.BatchEnd;
import dev.errand.BatchOptions;
import dev.errand.Errand;
import dev.errand.Limits;
import dev.errand.Task;
import dev.errand.TaskQueue;
import dev.errand.TriggerOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** What operators do with queues, and see of limits, batches and locks. */
@Tag(TestStore.ON_BOTH)
@Tag(ThroughServer.TAG)
class QueueCommandsTest {
    private final Task<Integer, ?> letter = Task.named("letter", Integer.class)
            .limits(Limits.none().concurrency(7))
            .run((payload, run) -> {});

    @TempDir
    Path folder;

    private Cli cli = new Cli(Path.of(""));

    @BeforeEach
    void declare() {
        cli = new Cli(folder);
        try (Errand errand = watching()) {
            errand.trigger(letter, 1, TriggerOptions.none().queue("mail"));
            errand.trigger(letter, 2, TriggerOptions.none().queue("mail"));
        }
    }

    private Errand watching() {
        return Errand.builder()
                .store(cli.store())
                .tasks(letter)
                .queues(TaskQueue.named("mail").concurrency(5))
                .concurrency(0)
                .open();
    }

    private JsonNode mail(String... command) {
        return cli.call(command).json();
    }

    @Test
    void aQueueIsListedAndShownWithWhatWaits() {
        assertThat(cli.call("queues", "list").out()).containsPattern("mail +5 at a time +0 +2");
        assertThat(mail("queues", "show", "mail", "--json").get("waiting").intValue())
                .isEqualTo(2);
        assertThat(cli.call("queues", "show", "MAIL").out()).contains("limits", "5 at a time");
    }

    @Test
    void aQueueIsPausedAndGoesOn() {
        assertThat(cli.call("queues", "pause", "mail").out()).containsPattern("paused +yes");
        assertThat(cli.call("queues", "list").out()).contains("paused");
        assertThat(cli.call("queues", "resume", "mail").out()).containsPattern("paused +no");
    }

    @Test
    void aLimitIsLiftedUntilItIsReset() {
        Cli.Said lifted = cli.call("queues", "limit", "mail", "--concurrency", "unlimited", "--rate", "unlimited");
        assertThat(lifted.out()).containsPattern("limits +none").containsPattern("declared +5 at a time");
        cli.call("queues", "limit", "mail", "--max-pending", "9");
        assertThat(cli.call("limits", "list").out())
                .containsPattern("mail +5 at a time +any number at a time, any rate, 9 pending +9 pending");
        assertThat(cli.call("queues", "reset", "mail").out()).containsPattern("limits +5 at a time");
        Cli.Said negative = cli.call("queues", "limit", "mail", "--concurrency", "-1");
        assertThat(negative.code()).isEqualTo(2);
        assertThat(cli.call("queues", "limit", "mail", "--concurrency", "many").code())
                .isEqualTo(2);
        assertThat(cli.call("queues", "show", "mail").out()).containsPattern("limits +5 at a time");
    }

    @Test
    void aLimitIsOverriddenWithoutForgettingTheOneBeforeAndReset() {
        cli.call("queues", "limit", "mail", "--concurrency", "1");
        JsonNode override =
                mail("queues", "limit", "mail", "--rate", "10/1m", "--json").get("override");
        assertThat(override.get("concurrency").intValue()).isEqualTo(1);
        assertThat(override.get("rate").isNull()).isFalse();
        assertThat(cli.call("limits", "list").out())
                .containsPattern("mail +5 at a time +1 at a time, 10/1m +1 at a time, 10/1m")
                .containsPattern("task/letter +7 at a time");

        JsonNode reset = mail("queues", "reset", "mail", "--json");
        assertThat(reset.get("override").isNull()).isTrue();
        assertThat(cli.call("queues", "show", "mail").out()).containsPattern("limits +5 at a time");
    }

    @Test
    void aQueueIsFull() {
        assertThat(cli.call("queues", "limit", "mail", "--max-pending", "2").out())
                .contains("5 at a time, 2 pending");
        Cli.Said said = cli.call("trigger", "letter", "--queue", "mail", "--payload", "1");
        assertThat(said.code()).isEqualTo(1);
        assertThat(said.err()).contains("The queue 'mail' is full: 2 of its runs are pending, it takes 2");
        assertThat(mail("queues", "show", "mail", "--json").get("waiting").intValue())
                .isEqualTo(2);
        cli.call("queues", "reset", "mail");
        assertThat(cli.call("trigger", "letter", "--queue", "mail", "--payload", "1")
                        .code())
                .isZero();
    }

    @Test
    void whatIsWrongIsSaidInOneLineAndChangesNothing() {
        refused("nope", "queues", "limit", "nope", "--concurrency", "1");
        refused("-1", "queues", "limit", "mail", "--concurrency", "-1");
        refused("often", "queues", "limit", "mail", "--rate", "often");
        refused("--concurrency", "queues", "limit", "mail");
        refused("nope", "queues", "pause", "nope");
        assertThat(mail("queues", "show", "mail", "--json").get("override").isNull())
                .isTrue();
    }

    private void refused(String part, String... command) {
        Cli.Said said = cli.call(command);
        assertThat(said.code()).isEqualTo(2);
        assertThat(said.out()).isEmpty();
        assertThat(said.err().lines()).singleElement().asString().contains(part);
    }

    @Test
    void manyPayloadsAreTriggeredInOneCommit() throws IOException {
        Path lines = Files.writeString(folder.resolve("lines.ndjson"), "10\n\n 11 \n12\n");
        Path array = Files.writeString(folder.resolve("array.json"), "[20,\n 21]\n");
        Cli.Said said = cli.call("trigger", "letter", "--payloads", lines.toString(), "--queue", "mail", "--tag", "x");
        List<String> ids = said.out().lines().toList();
        assertThat(ids).hasSize(3);
        assertThat(said.err()).containsPattern("batch_\\w+, 3 runs");
        JsonNode last = cli.call("runs", "show", ids.getLast(), "--json").json();
        assertThat(last.get("payload").toString()).isEqualTo("12");
        assertThat(last.get("queue").stringValue()).isEqualTo("mail");
        JsonNode two = cli.call("trigger", "letter", "--payloads", array.toString(), "--json")
                .json();
        assertThat(two.get("runs")).hasSize(2);
        assertThat(cli.call("batches", "show", two.get("batch").stringValue()).out())
                .containsPattern("runs +2");
    }

    @Test
    void payloadsOfWhichOneIsWrongAreAllRefused() throws IOException {
        Path broken = Files.writeString(folder.resolve("broken.ndjson"), "1\n{\n");
        refused("line 2 of " + broken, "trigger", "letter", "--payloads", broken.toString());
        Path unfit = Files.writeString(folder.resolve("unfit.json"), "[1, \"two\"]");
        refused("letter", "trigger", "letter", "--payloads", unfit.toString());
        Path none = Files.writeString(folder.resolve("none.json"), "[]");
        refused("0 payloads", "trigger", "letter", "--payloads", none.toString());
        refused("--payload", "trigger", "letter", "--payloads", none.toString(), "--payload", "1");
        assertThat(cli.call("queues", "show", "task/letter", "--json")
                        .json()
                        .get("waiting")
                        .intValue())
                .isEqualTo(2);
    }

    @Test
    void aBatchHasCallbacks() throws IOException {
        Task<BatchEnd, ?> report = Task.named("report", BatchEnd.class).run((end, run) -> {});
        Task<BatchEnd, ?> alarm = Task.named("alarm", BatchEnd.class).run((end, run) -> {});
        Errand.builder()
                .store(cli.store())
                .tasks(report, alarm)
                .concurrency(0)
                .open()
                .close();
        String file = Files.writeString(folder.resolve("two.json"), "[1, 2]").toString();
        refused("need --payloads", "trigger", "letter", "--payload", "1", "--on-complete", "report");
        refused("ghost", "trigger", "letter", "--payloads", file, "--on-complete", "ghost");
        JsonNode triggered = mail(
                "trigger",
                "letter",
                "--payloads",
                file,
                "--batch-name",
                "post",
                "--on-complete",
                "report",
                "--on-failure",
                "alarm",
                "--json");
        String id = triggered.get("batch").stringValue();
        JsonNode batch = mail("batches", "show", id, "--json");
        assertThat(batch.get("onComplete").stringValue()).isEqualTo("report");
        assertThat(batch.get("onFailure").stringValue()).isEqualTo("alarm");
        assertThat(batch.get("name").stringValue()).isEqualTo("post");
    }

    @Test
    void aBatchTellsHowFarItIs() {
        String id;
        try (Errand errand = watching()) {
            id = errand.triggerBatch(
                            letter, List.of(1, 2, 3), BatchOptions.none().name("post"))
                    .id()
                    .toString();
        }
        assertThat(cli.call("batches", "show", id).out())
                .contains(id, "post")
                .containsPattern("runs +3, 0 ended")
                .containsPattern("QUEUED +3");
        assertThat(cli.call("batches", "show", id.substring(0, id.length() - 1)).code())
                .isEqualTo(2);
    }

    @Test
    void aLockTellsWhoHoldsIt() throws Exception {
        CountDownLatch held = new CountDownLatch(1);
        CountDownLatch free = new CountDownLatch(1);
        Task<Void, ?> locking = Task.named("locking", Void.class).run((payload, run) -> {
            run.lock("ledger").run(() -> {
                held.countDown();
                free.await();
            });
        });
        try (Errand errand = Errand.builder()
                .store(cli.store())
                .tasks(locking)
                .concurrency(1)
                .open()) {
            var run = errand.trigger(locking, null);
            held.await();
            assertThat(cli.call("locks", "list").out())
                    .contains("ledger", run.id().toString());
            free.countDown();
            run.await(Duration.ofSeconds(60));
            assertThat(cli.call("locks", "list", "--json").json()).isEmpty();
        }
    }
}
