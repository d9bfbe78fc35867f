package dev.errand.acceptance;

import static dev.errand.testkit.ErrandAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.errand.BatchOptions;
import dev.errand.Limits;
import dev.errand.QueueFullException;
import dev.errand.Retry;
import dev.errand.Run;
import dev.errand.RunContext;
import dev.errand.RunInfo;
import dev.errand.RunQuery;
import dev.errand.RunState;
import dev.errand.Schedule;
import dev.errand.Task;
import dev.errand.TaskQueue;
import dev.errand.TriggerOptions;
import dev.errand.testkit.TestErrand;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;

/** Queues that take only so many pending runs. */
class PendingTest {
    private static final Duration HOUR = Duration.ofHours(1);
    private static final TriggerOptions IN_AN_HOUR = TriggerOptions.none().after(HOUR);
    private static final TriggerOptions LATER = TriggerOptions.none().after(Duration.ofDays(300));
    private static final TaskQueue MAIL = TaskQueue.named("mail").maxPending(10);

    /** One that triggers from a process of its own. */
    static final class Isolated {
        static final Task<String, String> TASK = Task.named("isolated", String.class, String.class)
                .isolated(Isolated.class)
                .retry(Retry.none())
                .run((payload, run) -> {
                    try {
                        run.trigger("letter", payload, LATER);
                        return "triggered";
                    } catch (QueueFullException e) {
                        return "%s takes %d and has %d".formatted(e.queue(), e.maxPending(), e.pending());
                    }
                });

        private Isolated() {}
    }

    private final Task<String, String> letter =
            Task.named("letter", String.class, String.class).queue(MAIL).run((payload, run) -> payload);

    private final Task<String, String> writer = Task.named("writer", String.class, String.class)
            .retry(Retry.fixed(HOUR.multipliedBy(2)).attempts(2))
            .run(this::write);

    @AutoClose
    private final TestErrand test =
            TestStore.open(settings -> settings.warmProcesses(0).tasks(letter, writer, Isolated.TASK));

    private String write(String payload, RunContext run) throws Exception {
        if (payload.equals("idle")) {
            return "";
        }
        if (payload.startsWith("choosy")) {
            return choose(payload, run);
        }
        if (!payload.equals("resourceful")) {
            return run.invoke(letter, payload);
        }
        try {
            run.trigger(letter, "a", LATER);
            return "triggered at once";
        } catch (QueueFullException e) {
            test.errand().run(letters().getFirst().id(), letter).cancel();
            run.trigger(letter, "a", LATER);
            return "triggered";
        }
    }

    /** There is room only once the first one was refused. */
    private String choose(String payload, RunContext run) throws Exception {
        StringBuilder taken = new StringBuilder();
        for (String each : payload.contains("twice") ? List.of("a", "a", "b") : List.of("a", "b")) {
            try {
                String is = payload.startsWith("choosy invoker")
                        ? run.invoke(letter, each)
                        : run.trigger(letter, each, LATER)
                                .info()
                                .payload()
                                .text()
                                .replace("\"", "");
                taken.append(each).append('=').append(is).append(' ');
            } catch (QueueFullException e) {
                run.step(
                        "make room",
                        () -> letters().stream()
                                .limit(2)
                                .forEach(one ->
                                        test.errand().run(one.id(), letter).cancel()));
            }
        }
        run.sleep("nap", HOUR);
        return taken.toString();
    }

    private void fill(int letters, TriggerOptions options) {
        test.errand().triggerAll(letter, Collections.nCopies(letters, "x"), options);
    }

    private List<RunInfo> letters() {
        return test.errand().runs(RunQuery.all().tasks("letter")).items();
    }

    @Test
    void aCallThatSchedulesTooManyIsRefusedWhole() { // case 90
        fill(9, IN_AN_HOUR);
        assertThatExceptionOfType(QueueFullException.class)
                .isThrownBy(() -> fill(2, IN_AN_HOUR))
                .withMessageContainingAll("'mail'", "9", "10");
        assertThat(letters()).hasSize(9);
        assertThatExceptionOfType(QueueFullException.class)
                .isThrownBy(() -> test.errand().triggerBatch(letter, List.of("a", "b"), BatchOptions.none()));
        assertThat(letters()).hasSize(9);
        fill(1, IN_AN_HOUR);
        assertThatExceptionOfType(QueueFullException.class)
                .isThrownBy(() -> test.errand().trigger(letter, "one"));
        assertThat(letters()).hasSize(10);
    }

    @Test
    void aBodyThatCatchesItTriesAgainOnceThereIsRoom() throws InterruptedException {
        fill(10, IN_AN_HOUR);
        Run<String> run = test.finish(test.errand().trigger(writer, "resourceful"));
        assertThat(run).isCompleted().hasAttempts(1).hasOutput("triggered").hasSteps("letter");
        assertThat(test.errand().runs(RunQuery.all().parent(run.id())).items()).hasSize(1);
    }

    @Test
    void whatABodyIsRefusedTakesNothingOfWhatItTriggersAfterwards() throws InterruptedException {
        fill(10, LATER);
        Run<String> run = test.finish(test.errand().trigger(writer, "choosy"));
        assertThat(run).isCompleted().hasAttempts(1).hasOutput("a=a b=b ");
        assertThat(test.errand().runs(RunQuery.all().parent(run.id())).items()).hasSize(2);
    }

    @Test
    void whatABodyIsRefusedIsNotAnsweredByWhatItAwaitsAfterwards() throws InterruptedException {
        fill(10, LATER);
        Run<String> run = test.finish(test.errand().trigger(writer, "choosy invoker"));
        assertThat(run).isCompleted().hasAttempts(1).hasOutput("a=a b=b ");
        assertThat(test.errand().runs(RunQuery.all().parent(run.id())).items()).hasSize(2);
    }

    @Test
    void whatABodyAsksForAgainIsNeverAnotherOfItsRuns() throws InterruptedException {
        fill(10, LATER);
        Run<String> run = test.finish(test.errand().trigger(writer, "choosy twice"));
        assertThat(run).isCompleted().hasAttempts(1).hasOutput("a=a b=b ");
        assertThat(test.errand().runs(RunQuery.all().parent(run.id())).items()).hasSize(2);
    }

    @Test
    void whatABodyInvokesAgainIsNeverAnotherOfItsRuns() throws InterruptedException {
        fill(10, LATER);
        Run<String> run = test.finish(test.errand().trigger(writer, "choosy invoker twice"));
        assertThat(run).isCompleted().hasAttempts(1).hasOutput("a=a a=a b=b ");
        assertThat(test.errand().runs(RunQuery.all().parent(run.id())).items()).hasSize(3);
    }

    @Test
    void aBodyThatDoesNotFailsAndIsRetried() throws InterruptedException {
        fill(10, IN_AN_HOUR);
        Run<String> run = test.errand().trigger(writer, "invoked");
        test.until(run, RunState.RETRYING);
        assertThat(run.attempts().getFirst().failure())
                .isNotNull()
                .extracting(failure -> failure.type())
                .isEqualTo(QueueFullException.class.getName());
        assertThat(test.finish(run)).isCompleted().hasAttempts(2).hasOutput("invoked");
    }

    @Test
    @ResourceLock("child processes")
    void anIsolatedBodyIsToldTheSame() throws InterruptedException {
        fill(10, LATER);
        assertThat(test.finish(test.errand().trigger(Isolated.TASK, "x")))
                .isCompleted()
                .hasOutput("mail takes 10 and has 10");
        assertThat(letters()).hasSize(10);
    }

    @Test
    void aFiringIsPassedOverWhileItsQueueIsFull() throws InterruptedException {
        Instant begin = test.clock().instant();
        fill(10, TriggerOptions.none().after(Duration.ofMinutes(90)));
        test.errand().schedules().put("s", letter, Schedule.every(HOUR).payload("scheduled"));
        test.clock().advance(HOUR);
        Soon.await(
                "the schedule moves on",
                () -> begin.plus(HOUR.multipliedBy(2))
                        .equals(test.errand().schedules().get("s").next()));
        assertThat(letters()).hasSize(10);
        assertThat(test.errand().schedules().get("s").firings()).isZero();
        test.advance(HOUR);
        assertThat(letters()).hasSize(11);
        assertThat(test.errand().schedules().get("s").firings()).isEqualTo(1);
    }

    @Test
    void theLastFiringOfAllIsTriedAgain() throws InterruptedException {
        // given
        Instant begin = test.clock().instant();
        fill(10, TriggerOptions.none().after(Duration.ofMinutes(62)));
        Schedule once = Schedule.once(begin.plus(HOUR));
        test.errand().schedules().put("s", letter, once.payload("scheduled"));
        test.errand().schedules().put("t", writer, once.payload("idle"));
        // when
        test.clock().advance(HOUR);
        Soon.await("the other fires", () -> test.errand().schedules().get("t").firings() == 1);
        assertThat(letters()).hasSize(10);
        test.clock().advance(Duration.ofMinutes(3));
        Soon.await("there is room", () -> letters().stream().allMatch(run -> run.state() == RunState.COMPLETED));
        test.clock().advance(Duration.ofMinutes(6));
        // then
        Soon.await("it fires", () -> letters().size() == 11);
        assertThat(test.errand().schedules().get("s").firings()).isEqualTo(1);
    }

    @Test
    void operatorsTakeItBack() {
        fill(10, IN_AN_HOUR);
        test.errand().queues().limit("mail", Limits.none().maxPending(12));
        fill(2, IN_AN_HOUR);
        assertThatExceptionOfType(QueueFullException.class).isThrownBy(() -> fill(1, IN_AN_HOUR));
        test.errand().queues().reset("mail");
        assertThatExceptionOfType(QueueFullException.class)
                .isThrownBy(() -> fill(1, IN_AN_HOUR))
                .satisfies(refusal -> assertThat(refusal.pending()).isGreaterThan(10));
    }
}
