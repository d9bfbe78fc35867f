package dev.errand.example;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.BulkAction;
import dev.errand.BulkKind;
import dev.errand.BulkState;
import dev.errand.Errand;
import dev.errand.Retry;
import dev.errand.Run;
import dev.errand.RunQuery;
import dev.errand.RunState;
import dev.errand.Task;
import dev.errand.testkit.TestErrand;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** The example of docs/bulk.md. */
class MailOutageTest {
    private volatile boolean isOut = true;

    private final Task<String, ?> send = Task.named("send", String.class)
            .retry(Retry.exponential().attempts(10))
            .run((letter, run) -> {
                if (isOut) {
                    throw new IllegalStateException("no connection");
                }
            });

    @AutoClose
    private final TestErrand test = TestErrand.open(send);

    private final Errand errand = test.errand();

    private static void awaitEnd(Errand errand, String id) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (errand.operations().bulk().find(id).orElseThrow().state() == BulkState.PENDING
                && System.nanoTime() < end) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
    }

    @Test
    void whatHasFailedDuringAnOutageIsDealtWithAfterIt() throws InterruptedException {
        Run<?> run = errand.trigger(send, "Dear Ada");
        test.until(run, RunState.RETRYING);
        isOut = false;
        BulkAction begun = errand.operations()
                .bulk()
                .begin(BulkKind.RETRY, RunQuery.all().tasks("send").states(RunState.RETRYING), "after the outage");
        awaitEnd(errand, begun.id());
        assertThat(errand.operations().bulk().find(begun.id()).orElseThrow().success())
                .isEqualTo(1);
        test.until(run, RunState.COMPLETED);
    }
}
