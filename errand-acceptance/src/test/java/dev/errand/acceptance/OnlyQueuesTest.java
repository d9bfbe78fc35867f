package dev.errand.acceptance;

import static dev.errand.acceptance.Soon.SOON;
import static dev.errand.testkit.ErrandAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.errand.Errand;
import dev.errand.NodeInfo;
import dev.errand.QueueNotFoundException;
import dev.errand.Run;
import dev.errand.RunState;
import dev.errand.Task;
import dev.errand.TaskQueue;
import dev.errand.TriggerOptions;
import dev.errand.testkit.SettableClock;
import dev.errand.testkit.TestErrand;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nodes that work on some queues only; engines on one store, all with the code of all tasks. */
class OnlyQueuesTest {
    private static final TaskQueue MAIL = TaskQueue.named("mail").concurrency(1);
    private static final TaskQueue PRINT = TaskQueue.named("print");
    private static final Task<Void, Long> SEND =
            Task.named("send", Void.class, Long.class).queue(MAIL).run((payload, run) -> 1L);
    private static final Task<Void, Long> DRAW =
            Task.named("draw", Void.class, Long.class).run((payload, run) -> 2L);
    private static final Task<Void, Long> NAP = Task.named("nap", Void.class, Long.class)
            .queue(MAIL)
            .run((payload, run) -> {
                run.sleep("a while", Duration.ofHours(1));
                return 3L;
            });

    private final SettableClock clock = new SettableClock();

    @TempDir
    private Path folder;

    private String url;
    private TestErrand mail;

    @BeforeEach
    void open() {
        url = TestStore.url(folder);
        mail = engine("mail", "Mail");
    }

    @AfterEach
    void close() {
        mail.close();
    }

    private TestErrand engine(String name, String... queues) {
        return TestErrand.open(
                clock,
                settings -> settings.store(url)
                        .nodeName(name)
                        .queues(PRINT)
                        .onlyQueues(queues)
                        .concurrency(2)
                        .tasks(SEND, DRAW, NAP));
    }

    private static long number(TestErrand engine) {
        return engine.errand().nodes().stream()
                .filter(NodeInfo::self)
                .findFirst()
                .orElseThrow()
                .number();
    }

    private static Run<Long> print(TestErrand by) {
        return by.errand().trigger(DRAW, null, TriggerOptions.none().queue("print"));
    }

    @Test
    void aNodeCarriesOutItsQueuesAndLeavesTheRestToOthers() throws InterruptedException {
        // given
        Run<Long> inNone = mail.errand().trigger(DRAW, null);
        Run<Long> elsewhere = print(mail);
        // when
        for (int i = 0; i < 5; i++) {
            assertThat(mail.errand().trigger(SEND, null)).endsWithin(SOON).isCompleted();
        }
        // then
        assertThat(inNone).hasState(RunState.QUEUED);
        assertThat(elsewhere).hasState(RunState.QUEUED);
        assertThat(mail.errand().why(inNone.id())).contains("in no queue").contains("work on other queues");
        assertThat(mail.errand().why(elsewhere.id())).contains("in print").contains("work on other queues");
        // when
        try (TestErrand print = engine("print", "print")) {
            assertThat(elsewhere).endsWithin(SOON).isCompleted();
            assertThat(elsewhere.info().node()).isEqualTo(number(print));
            assertThat(inNone).hasState(RunState.QUEUED);
            try (TestErrand all = engine("all")) {
                assertThat(inNone).endsWithin(SOON).isCompleted();
                assertThat(inNone.info().node()).isEqualTo(number(all));
            }
        }
    }

    @Test
    void aWaitEndsAtANodeThatWorksOnItsQueue() throws InterruptedException {
        // given
        Run<Long> nap = mail.errand().trigger(NAP, null);
        Soon.awaitWithin(SOON, "it waits", () -> nap.info().state() == RunState.WAITING);
        mail.close();
        try (TestErrand print = engine("print", "print")) {
            // when
            clock.advance(Duration.ofHours(2));
            assertThat(print(print)).endsWithin(SOON).isCompleted();
            // then
            assertThat(print.errand().run(nap.id(), NAP).info().node()).isNull();
        }
        mail = engine("mail", "mail");
        assertThat(mail.errand().run(nap.id(), NAP)).endsWithin(SOON).isCompleted();
    }

    @Test
    void nodesSayWhatTheyWorkOn() {
        try (TestErrand all = engine("all")) {
            assertThat(all.errand().nodes()).extracting(NodeInfo::queues).containsExactly(List.of("mail"), List.of());
            assertThat(all.errand().nodes())
                    .extracting(NodeInfo::tasks)
                    .allMatch(tasks -> tasks.equals(List.of("draw", "nap", "send")));
        }
    }

    @Test
    void aQueueThatNobodyDeclaredIsRefused() {
        assertThatExceptionOfType(QueueNotFoundException.class)
                .isThrownBy(() -> engine("typo", "mial"))
                .withMessageContaining("'mial'");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Errand.builder()
                        .store(url)
                        .tasks(DRAW)
                        .onlyQueues("task/draw")
                        .open())
                .withMessageContaining("stands for all runs of a task");
    }
}
