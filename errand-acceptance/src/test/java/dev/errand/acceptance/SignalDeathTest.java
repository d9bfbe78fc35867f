package dev.errand.acceptance;

import static dev.errand.acceptance.Soon.SOON;
import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Errand;
import dev.errand.Run;
import dev.errand.SignalAnswer;
import dev.errand.StepState;
import dev.errand.acceptance.SignalProcess.Received;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Signals from another process, by commits of their own and within transactions, to one that is killed again and again as it receives them. */
@Tag(TestStore.ONCE)
class SignalDeathTest {
    private static final int KILLS = Integer.getInteger("errand.kills", 5) >= 100 ? 30 : 1;
    private static final int AT_A_TIME = 8;

    @TempDir
    Path folder;

    private final List<Integer> sent = new ArrayList<>();

    /** Some of them, one with a transaction that also has a number that is rolled back. */
    private void send(Errand sender, String url, Run<?> run) throws Exception {
        for (int i = 0; i < AT_A_TIME; i++) {
            int number = sent.size();
            if (i != 1) {
                assertThat(sender.signal(run.id(), SignalProcess.NUMBER, number))
                        .isEqualTo(SignalAnswer.OK);
            } else {
                try (Connection connection = TestStore.connection(url)) {
                    connection.setAutoCommit(false);
                    sender.with(connection).signal(run.id(), SignalProcess.NUMBER, 1_000);
                    connection.rollback();
                    sender.with(connection).signal(run.id(), SignalProcess.NUMBER, number);
                    connection.commit();
                }
            }
            sent.add(number);
        }
    }

    private static long received(Run<?> run) {
        return run.steps().stream()
                .filter(step -> step.state() == StepState.COMPLETED)
                .count();
    }

    @Test
    void eachSignalIsReceivedOnceAndInOrderWhereverTheReceiverIsKilled() throws Exception {
        String url = TestStore.url(folder);
        Random random = new Random(7);
        try (Errand sender = Errand.builder().store(url).concurrency(0).open()) {
            Run<Received> run;
            try (Errand first = Errand.builder() // by which the store knows the task
                    .store(url)
                    .tasks(SignalProcess.TASK)
                    .concurrency(0)
                    .open()) {
                run = sender.run(first.trigger(SignalProcess.TASK, "").id(), SignalProcess.TASK);
            }
            for (int kill = 0; kill < KILLS; kill++) {
                long until = received(run) + random.nextInt(AT_A_TIME);
                try (SignalProcess process = new SignalProcess(url)) {
                    send(sender, url, run); // while it receives
                    Soon.await("some are received", () -> received(run) >= until);
                    process.kill();
                }
            }
            send(sender, url, run); // while nobody does
            sender.signal(run.id(), SignalProcess.NUMBER, SignalProcess.LAST);
            try (Errand last = Errand.builder()
                    .store(url)
                    .tasks(SignalProcess.TASK)
                    .concurrency(1)
                    .open()) {
                assertThat(last.concurrency()).isOne();
                assertThat(run.await(SOON).numbers()).isEqualTo(sent);
            }
            assertThat(run.signals()).isEmpty();
            assertThat(received(run)).isEqualTo(sent.size() + 1);
        }
    }
}
