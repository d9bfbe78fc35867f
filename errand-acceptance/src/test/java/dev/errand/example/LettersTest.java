package dev.errand.example;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.errand.Errand;
import dev.errand.Limits;
import dev.errand.QueueFullException;
import dev.errand.Rate;
import dev.errand.Run;
import dev.errand.RunInfo;
import dev.errand.RunQuery;
import dev.errand.RunState;
import dev.errand.Task;
import dev.errand.TaskQueue;
import dev.errand.TriggerOptions;
import dev.errand.testkit.TestErrand;
import java.time.Duration;
import java.util.Collections;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** The examples of docs/queues.md. */
class LettersTest {
    record Customer(String id) {}

    record Letter(Customer customer, String text) {}

    static final TaskQueue MAIL = TaskQueue.named("mail").concurrency(5).rate(Rate.of(100, Duration.ofMinutes(1)));

    static final TaskQueue INBOX = TaskQueue.named("inbox").maxPending(10_000);

    private final Task<Letter, ?> read =
            Task.named("read", Letter.class).queue(INBOX).run((letter, run) -> {});

    private final Task<Letter, ?> post = Task.named("post", Letter.class)
            .queue(MAIL)
            .concurrencyKey("customer.id")
            .run((letter, run) -> run.log().info("Sent to {}", letter.customer().id()));

    @AutoClose
    private final TestErrand test = TestErrand.open(post, read);

    private final Errand errand = test.errand();
    private final Letter letter = new Letter(new Customer("customer-8"), "Dear Ada");

    @Test
    void aLetterHasTheKeyOfItsTriggerOrItsCustomer() throws InterruptedException {
        errand.trigger(post, letter, TriggerOptions.none().concurrencyKey("customer-7"));
        Run<?> other = errand.trigger(post, letter);

        test.runUntilIdle();

        assertThat(other.info().concurrencyKey()).isEqualTo("customer-8");
        assertThat(other.info().queue()).isEqualTo("mail");
        assertThat(errand.runs(RunQuery.all()).items())
                .extracting(RunInfo::concurrencyKey)
                .containsExactlyInAnyOrder("customer-7", "customer-8");
    }

    @Test
    void theMailIsStoppedAndGoesOn() throws InterruptedException {
        errand.queues().pause("mail");
        errand.queues().limit("mail", Limits.none().concurrency(1));
        Run<?> run = errand.trigger(post, letter);
        assertThat(run.state()).isEqualTo(RunState.QUEUED);
        assertThat(errand.queues().get("mail").limits().concurrency()).isEqualTo(1);
        errand.queues().reset("mail");
        errand.queues().resume("mail");

        test.runUntilIdle();

        assertThat(run.state()).isEqualTo(RunState.COMPLETED);
    }

    @Test
    void whatWouldFillTheInboxIsRefused() {
        assertThatExceptionOfType(QueueFullException.class)
                .isThrownBy(() -> errand.triggerAll(read, Collections.nCopies(10_001, letter)))
                .withMessageContaining("'inbox'");
        assertThat(errand.runs(RunQuery.all()).items()).isEmpty();
    }
}
