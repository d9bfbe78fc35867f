package dev.errand.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.errand.Limits;
import dev.errand.OnConflict;
import dev.errand.QueueNotFoundException;
import dev.errand.Rate;
import dev.errand.Retry;
import dev.errand.Run;
import dev.errand.RunQuery;
import dev.errand.RunState;
import dev.errand.Task;
import dev.errand.TaskQueue;
import dev.errand.TriggerOptions;
import dev.errand.testkit.TestErrand;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Queues and limits, as bodies see them. */
class QueuesTest {
    record Mail(String to, int number) {}

    private static final TaskQueue ONE = TaskQueue.named("one").concurrency(1);
    private static final TaskQueue PAID = TaskQueue.named("paid").concurrency(10);
    private static final TaskQueue PER_KEY = TaskQueue.named("per-key").concurrencyPerKey(1);

    private final Gate gate = new Gate();
    private final List<Integer> order = new CopyOnWriteArrayList<>();
    private final Running all = new Running();
    private final Map<String, Running> ofKey = new ConcurrentHashMap<>();
    private final Task<Mail, ?> x = task("x", ONE);
    private final Task<Mail, ?> y = task("y", ONE);

    @AutoClose
    private final TestErrand test = TestStore.open(
            settings -> settings.tasks(x, y).queues(PAID, PER_KEY).concurrency(20));

    /** How many run at a time. */
    private static final class Running {
        private final AtomicInteger now = new AtomicInteger();
        private final AtomicInteger most = new AtomicInteger();

        void begin() {
            most.accumulateAndGet(now.incrementAndGet(), Math::max);
        }

        void end() {
            now.decrementAndGet();
        }
    }

    private Task<Mail, ?> task(String id, TaskQueue queue) {
        return Task.named(id, Mail.class)
                .queue(queue)
                .concurrencyKey("to")
                .retry(Retry.none())
                .run((mail, run) -> {
                    Running key = ofKey.computeIfAbsent(mail.to(), to -> new Running());
                    all.begin();
                    key.begin();
                    order.add(mail.number());
                    try {
                        gate.pass();
                    } finally {
                        key.end();
                        all.end();
                    }
                });
    }

    private Run<?> trigger(Task<Mail, ?> task, String to, int number) {
        return test.errand().trigger(task, new Mail(to, number));
    }

    private Run<?> trigger(String to, int number, TriggerOptions options) {
        return test.errand().trigger(x, new Mail(to, number), options);
    }

    /** What may start has started, since what came later has. */
    private void letStartWhatMay() throws InterruptedException {
        Task<String, ?> later = Task.named("later", String.class).run((payload, run) -> {});
        test.errand().put(later);
        test.run(later, "");
    }

    @Test
    void aTaskThatOnlyNamesAQueueLeavesItsLimitsAlone() {
        test.errand().add(task("z", TaskQueue.named("ONE")));
        assertThat(test.errand().queues().get("one").limits()).isEqualTo(ONE.limits());
        test.errand().add(task("w", TaskQueue.named("of-w")));
        assertThat(test.errand().queues().get("of-w").limits().isNone()).isTrue();
    }

    @Test
    void oneNameThatIsDeclaredInTwoWaysByOneProgramIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TestStore.open(settings -> settings.tasks(x).queues(ONE.concurrency(7))))
                .withMessageContainingAll("'one'", "by the builder", "by task x", "declare them once");
    }

    @Test
    void aLimitOfOneLetsOneExecuteAtATime() throws InterruptedException { // case 133
        for (int i = 0; i < 30; i++) {
            trigger(x, "ada", i);
        }
        gate.awaitArrivals(1);
        letStartWhatMay();
        assertThat(all.now).hasValue(1);
        gate.open();
        test.runUntilIdle();
        assertThat(order).hasSize(30);
        assertThat(all.most).hasValue(1);
    }

    @Test
    void tasksThatShareAQueueNeverOverlap() throws InterruptedException { // case 134
        for (int i = 0; i < 20; i++) {
            trigger(i % 2 == 0 ? x : y, "u" + i, i);
        }
        gate.awaitArrivals(1);
        letStartWhatMay();
        assertThat(all.now).hasValue(1);
        gate.open();
        test.runUntilIdle();
        assertThat(order).hasSize(20);
        assertThat(all.most).hasValue(1);
    }

    @Test
    void runsOfDifferentKeysOverlapAndThoseOfOneDoNot() throws InterruptedException { // case 135
        TriggerOptions perKey = TriggerOptions.none().queue("per-key");
        for (int i = 0; i < 2; i++) {
            trigger("u1", i, perKey);
            trigger("u2", i, perKey);
        }
        gate.awaitArrivals(2);
        letStartWhatMay();
        assertThat(all.now).hasValue(2);
        assertThat(ofKey).containsOnlyKeys("u1", "u2");
        gate.open();
        test.runUntilIdle();
        assertThat(order).hasSize(4);
        assertThat(ofKey.values()).allMatch(running -> running.most.get() == 1);
    }

    @Test
    void aTriggerMayNameAnotherQueue() throws InterruptedException { // case 136
        for (int i = 0; i < 3; i++) {
            trigger("u" + i, i, TriggerOptions.none().queue("paid"));
        }
        gate.awaitArrivals(3);
        assertThat(all.now).hasValue(3);
        gate.open();
        test.runUntilIdle();
    }

    @Test
    void aPausedQueueFinishesWhatExecutesAndStartsNothing() throws InterruptedException { // case 138
        Run<?> executing = trigger(x, "a", 0);
        gate.awaitArrivals(1);
        Run<?> second = trigger(x, "b", 1);
        Run<?> third = trigger(x, "c", 2);
        test.errand().queues().pause("one");
        assertThat(test.errand().why(second.id())).contains("paused").contains("one");
        gate.letPass(1);
        test.until(executing, RunState.COMPLETED);
        test.clock().advance(Duration.ofSeconds(10));
        letStartWhatMay();
        assertThat(gate.arrived()).isEqualTo(1);
        assertThat(List.of(second.state(), third.state())).containsOnly(RunState.QUEUED);
        gate.open();
        test.errand().queues().resume("one");
        test.until(second, RunState.COMPLETED);
        test.until(third, RunState.COMPLETED);
    }

    @Test
    void aPausedTaskStartsNothing() throws InterruptedException {
        test.errand().queues().pause("task/X");
        Run<?> paused = trigger(x, "a", 0);
        Run<?> other = trigger(y, "b", 1);
        gate.awaitArrivals(1);
        gate.open();
        test.until(other, RunState.COMPLETED);
        assertThat(paused.state()).isEqualTo(RunState.QUEUED);
        test.errand().queues().resume("task/x");
        test.until(paused, RunState.COMPLETED);
    }

    @Test
    void anOverrideHoldsUntilItIsReset() throws InterruptedException { // case 139
        Limits five = Limits.none().concurrency(5);
        test.errand().queues().limit("one", five);
        assertThat(test.errand().queues().get("one").limits().concurrency()).isEqualTo(5);
        assertThat(test.errand().queues().get("one").base().concurrency()).isEqualTo(1);
        for (int i = 0; i < 6; i++) {
            trigger(x, "u" + i, i);
        }
        gate.awaitArrivals(5);
        assertThat(all.now).hasValue(5);
        test.errand().queues().reset("one");
        assertThat(test.errand().queues().get("one").limits().concurrency()).isEqualTo(1);
        assertThat(test.errand().queues().get("one").base().concurrency()).isEqualTo(1);
        gate.open();
        test.runUntilIdle();
        assertThat(order).hasSize(6);
    }

    @Test
    void anOverrideLiftsALimitUntilItIsReset() throws InterruptedException {
        test.errand().queues().limit("one", Limits.none().concurrency(Limits.UNLIMITED));
        assertThat(test.errand().queues().get("one").limits()).isEqualTo(Limits.none());
        assertThat(test.errand().queues().get("one").base().concurrency()).isEqualTo(1);
        for (int i = 0; i < 6; i++) {
            trigger(x, "u" + i, i);
        }
        gate.awaitArrivals(6);
        test.errand().queues().reset("one");
        assertThat(test.errand().queues().get("one").limits().concurrency()).isEqualTo(1);
        trigger(x, "late", 6);
        gate.open();
        test.runUntilIdle();
        assertThat(order).hasSize(7);
    }

    @Test
    void aLimitOfZeroStartsNothingUntilItIsReset() throws InterruptedException {
        test.errand().queues().limit("one", Limits.none().concurrency(0));
        Run<?> run = trigger(x, "a", 0);
        test.errand().trigger(y, new Mail("b", 1), TriggerOptions.none().queue("paid"));
        gate.awaitArrivals(1); // that of the other queue
        assertThat(run.state()).isEqualTo(RunState.QUEUED);
        gate.open();
        test.errand().queues().reset("one");
        test.runUntilIdle();
        assertThat(run.state()).isEqualTo(RunState.COMPLETED);
    }

    @Test
    void aHeadStartCountsWhenASlotIsFree() throws InterruptedException { // case 140
        trigger(x, "a", 0);
        gate.awaitArrivals(1);
        trigger(x, "a", 1);
        test.clock().advance(Duration.ofSeconds(8));
        trigger("a", 2, TriggerOptions.none().priority(10));
        gate.open();
        test.runUntilIdle();
        assertThat(order).containsExactly(0, 2, 1);
    }

    @Test
    void aHeadStartCountsBeforeRunsOfOtherTasksOfTheQueue()
            throws InterruptedException { // case 140, for tasks that share a queue
        trigger(x, "a", 0);
        gate.awaitArrivals(1);
        trigger(x, "a", 1);
        test.clock().advance(Duration.ofSeconds(8));
        test.errand().trigger(y, new Mail("a", 2), TriggerOptions.none().priority(7));
        test.errand().trigger(y, new Mail("a", 3), TriggerOptions.none().priority(10));
        gate.open();
        test.runUntilIdle();
        assertThat(order).containsExactly(0, 3, 1, 2);
    }

    @Test
    void anUndeclaredQueueIsRefusedByNameAndNothingIsStored() { // case 177
        assertThatExceptionOfType(QueueNotFoundException.class)
                .isThrownBy(() -> trigger("a", 0, TriggerOptions.none().queue("nope")))
                .withMessageContaining("nope");
        assertThat(test.errand().runs(RunQuery.all()).items()).isEmpty();
        assertThatExceptionOfType(QueueNotFoundException.class)
                .isThrownBy(() -> test.errand().queues().pause("nope"));
    }

    @Test
    void aKeyThatIsTooLongIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TriggerOptions.none().concurrencyKey("k".repeat(2_049)))
                .withMessageContaining("2,048");
        assertThatIllegalArgumentException().isThrownBy(() -> trigger(x, "k".repeat(2_049), 0));
    }

    @Test
    void aLimitBelowZeroIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Limits.none().concurrency(-1))
                .withMessageContaining("-1");
    }

    @Test
    void aRunThatWaitsForItsLimitSaysSo() throws InterruptedException {
        trigger(x, "a", 0);
        gate.awaitArrivals(1);
        Run<?> waits = trigger(x, "b", 1);
        Run<?> behind = trigger(x, "b", 2);
        assertThat(test.errand().why(waits.id()))
                .isEqualTo("It waits: queue one: 1 of 1 permits taken, 0 ahead of its key.");
        assertThat(test.errand().why(behind.id()))
                .isEqualTo("It waits: queue one: 1 of 1 permits taken, 1 ahead of its key.");
        gate.open();
        test.runUntilIdle();
    }

    @Test
    void aRunThatConflictsIsDropped() throws InterruptedException {
        test.errand().queues().limit("one", Limits.none().concurrency(1).onConflict(OnConflict.DROP));
        Run<?> first = trigger(x, "a", 0);
        gate.awaitArrivals(1);
        Run<?> dropped = trigger(x, "b", 1);
        assertThat(dropped.state()).isEqualTo(RunState.CANCELED);
        assertThat(dropped.info().reason()).contains("dropped").contains("one");
        gate.open();
        test.until(first, RunState.COMPLETED);
        Run<?> next = trigger(x, "c", 2);
        test.until(next, RunState.COMPLETED);
    }

    @Test
    void aRunThatConflictsReplacesTheOldestThatIsQueued() throws InterruptedException {
        test.errand().queues().limit("one", Limits.none().concurrency(1).onConflict(OnConflict.REPLACE));
        Run<?> executes = trigger(x, "a", 0);
        gate.awaitArrivals(1);
        Run<?> replaced = trigger(x, "b", 1);
        Run<?> newest = trigger(x, "c", 2);
        assertThat(replaced.state()).isEqualTo(RunState.CANCELED);
        assertThat(replaced.info().reason()).contains(newest.id().toString());
        gate.open();
        test.until(executes, RunState.COMPLETED);
        test.until(newest, RunState.COMPLETED);
    }

    @Test
    void aRunThatConflictsMayReplaceWhatExecutes() throws InterruptedException {
        test.errand().queues().limit("one", Limits.none().concurrency(1).onConflict(OnConflict.REPLACE_EXECUTING));
        Run<?> executes = trigger(x, "a", 0);
        gate.awaitArrivals(1);
        Run<?> newest = trigger(x, "b", 1);
        test.until(executes, RunState.CANCELED);
        gate.open();
        test.until(newest, RunState.COMPLETED);
    }

    @Test
    void aRateSpreadsStarts() throws InterruptedException {
        gate.open();
        test.errand().queues().limit("one", Limits.none().concurrency(10).rate(new Rate(1, Duration.ofMinutes(1), 2)));
        List<Run<?>> runs = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            runs.add(trigger(x, "a", i));
        }
        test.until(runs.get(1), RunState.COMPLETED);
        assertThat(runs.get(2).state()).isEqualTo(RunState.QUEUED);
        assertThat(test.errand().why(runs.get(2).id())).contains("rate");
        test.clock().advance(Duration.ofMinutes(1));
        test.until(runs.get(2), RunState.COMPLETED);
        assertThat(runs.get(3).state()).isEqualTo(RunState.QUEUED);
        test.clock().advance(Duration.ofMinutes(1));
        test.until(runs.get(3), RunState.COMPLETED);
    }

    @Test
    void aRetryingRunHoldsNoSlot() throws InterruptedException {
        Task<Integer, ?> flaky = Task.named("flaky", Integer.class)
                .queue(ONE)
                .retry(Retry.fixed(Duration.ofMinutes(5)).attempts(2))
                .run((number, run) -> {
                    order.add(number);
                    if (number == 0 && run.attempt() == 1) {
                        throw new IllegalStateException("boom");
                    }
                });
        test.errand().add(flaky);
        Run<?> fails = test.errand().trigger(flaky, 0);
        test.until(fails, RunState.RETRYING);
        Run<?> other = test.errand().trigger(flaky, 1);
        test.until(other, RunState.COMPLETED);
        assertThat(fails.state()).isEqualTo(RunState.RETRYING);
    }
}
