package dev.errand.acceptance;

import static dev.errand.acceptance.Soon.SOON;
import static dev.errand.testkit.ErrandAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.errand.Errand;
import dev.errand.Json;
import dev.errand.Retry;
import dev.errand.Run;
import dev.errand.RunContext;
import dev.errand.RunQuery;
import dev.errand.Task;
import dev.errand.TriggerOptions;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Bodies that trigger runs, and end their own in a transaction. */
class CompletionBesideTriggerTest {
    private interface Body {
        String run(Connection connection, RunContext run) throws Exception;
    }

    /** A payload that takes its time to be written. */
    private static final class Slow {
        private final CountDownLatch asked = new CountDownLatch(1);
        private final CountDownLatch written = new CountDownLatch(1);

        @SuppressWarnings({"unused", "EffectivelyPrivate"}) // it is read as JSON is written
        public String getText() throws InterruptedException {
            asked.countDown();
            Soon.await(written);
            return "slow";
        }
    }

    @TempDir
    Path folder;

    private final Task<Json, String> mail =
            Task.named("mail", Json.class, String.class).run((payload, run) -> payload.text());

    private String url;
    private Errand errand;

    @BeforeEach
    void open() {
        url = TestStore.url(folder);
        errand = Errand.builder()
                .store(url)
                .tasks(mail)
                .concurrency(2)
                .drain(Duration.ZERO)
                .open();
    }

    @AfterEach
    void close() {
        errand.close();
    }

    private Run<String> trigger(Body body) {
        Task<String, String> task = Task.named("booking", String.class, String.class)
                .retry(Retry.none())
                .run((entry, run) -> {
                    try (Connection connection = Bookkeeper.connect(url)) {
                        return body.run(connection, run);
                    }
                });
        errand.put(task);
        return errand.trigger(task, "");
    }

    private int mails() {
        errand.close(); // when the body has ended
        try (Errand again = Errand.builder().store(url).concurrency(0).open()) {
            return again.runs(RunQuery.all().tasks("mail")).items().size();
        }
    }

    @Test
    void aRunIsNotCompletedWhileAnotherThreadTriggersOne() throws Exception {
        Slow slow = new Slow();
        Run<String> run = trigger((connection, context) -> {
            Thread triggering = Thread.ofVirtual().start(() -> context.trigger("mail", slow, TriggerOptions.none()));
            Soon.await(slow.asked);
            assertThatThrownBy(() -> context.complete(connection, "too early"))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("another thread triggers a run");
            connection.rollback();
            slow.written.countDown();
            triggering.join();
            context.complete(connection, "booked");
            connection.commit();
            return "";
        });
        assertThat(run).endsWithin(SOON).isCompleted().hasOutput("booked").hasSteps("mail");
        assertThat(mails()).isEqualTo(1);
    }

    @Test
    void aBodyThatHasCompletedItsRunTriggersOthersStill() throws Exception {
        Run<String> run = trigger((connection, context) -> {
            context.complete(connection, "booked");
            if (TestStore.POSTGRES) { // in a file of SQLite's nobody else writes until the commit
                context.trigger(mail, new Json("1"));
            }
            connection.commit();
            context.trigger(mail, new Json("2"));
            return "";
        });
        assertThat(run).endsWithin(SOON).isCompleted().hasOutput("booked");
        assertThat(mails()).isEqualTo(TestStore.POSTGRES ? 2 : 1);
    }
}
