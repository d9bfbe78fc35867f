package dev.errand.acceptance;

import static dev.errand.acceptance.Soon.SOON;
import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Retry;
import dev.errand.Run;
import dev.errand.Schedule;
import dev.errand.ScheduledTime;
import dev.errand.Task;
import dev.errand.testkit.TestErrand;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class IdleTest {
    private static final boolean FULL = Integer.getInteger("errand.kills", 5) >= 100;
    private static final Duration MEASURED = Duration.ofSeconds(FULL ? 10 : 3);
    /** Once in five seconds all is looked after, which takes five or six. */
    private static final int MOST_CALLS = FULL ? 3 * 6 : 6;

    @Test
    void blockedWaitersAskTheStoreNothing() throws InterruptedException { // case 74, in 3 s unless in a full check
        Gate gate = new Gate();
        Task<String, String> blocks = Task.named("blocks", String.class, String.class)
                .run((payload, run) -> {
                    gate.pass();
                    return payload;
                });
        try (TestErrand test = TestStore.open(settings ->
                settings.store(CountedStoreProvider.PREFIX + TestStore.url()).tasks(blocks))) {
            Run<String> run = test.errand().trigger(blocks, "x");
            gate.awaitArrivals(1);
            CountDownLatch done = new CountDownLatch(100);
            List<Thread> waiters = IntStream.range(0, 100)
                    .mapToObj(i -> Thread.ofPlatform().start(() -> await(run, done)))
                    .toList();
            Soon.await(
                    "all wait",
                    () -> waiters.stream().allMatch(waiter -> waiter.getState() == Thread.State.TIMED_WAITING));
            assertStoreIsHardlyAsked();
            gate.open();
            Soon.await(done);
        }
    }

    @Test
    void schedulesThatAreNotDueAskTheStoreNothing() throws InterruptedException {
        Task<ScheduledTime, ?> report =
                Task.named("report", ScheduledTime.class).run((time, run) -> {});
        try (TestErrand test = TestStore.open(settings ->
                settings.store(CountedStoreProvider.PREFIX + TestStore.url()).tasks(report))) {
            for (int i = 0; i < 200; i++) {
                test.errand().schedules().put("s" + i, report, Schedule.cron("@hourly"));
            }
            assertStoreIsHardlyAsked();
        }
    }

    /** In a time which may become longer where the machine is slow. */
    private static void assertStoreIsHardlyAsked() throws InterruptedException {
        long before = CountedStoreProvider.CALLS.get();
        long begun = System.nanoTime();
        Thread.sleep(MEASURED);
        long calls = CountedStoreProvider.CALLS.get() - before;
        double took = System.nanoTime() - begun;
        long times = Math.max(1, Math.round(took / MEASURED.toNanos()));
        assertThat(calls).as("in %d times %s", times, MEASURED).isLessThanOrEqualTo(MOST_CALLS * times);
    }

    @Test
    void theJournalIsReadOnceByAttemptsThatMayFindSomething() throws InterruptedException {
        Task<String, String> plain =
                Task.named("plain", String.class, String.class).run((payload, run) -> payload);
        Task<String, String> steps = Task.named("steps", String.class, String.class)
                .retry(Retry.fixed(Duration.ZERO).attempts(2))
                .run((payload, run) -> {
                    String first = run.step("a", String.class, () -> payload);
                    if (run.attempt() == 1 && payload.equals("fails once")) {
                        throw new IllegalStateException("on purpose");
                    }
                    return first + run.step("b", String.class, () -> payload);
                });
        try (TestErrand test = TestStore.open(settings ->
                settings.store(CountedStoreProvider.PREFIX + TestStore.url()).tasks(plain, steps))) {
            long before = CountedStoreProvider.READS_OF_STEPS.get();
            assertThat(test.run(plain, "x")).isEqualTo("x");
            assertThat(test.run(steps, "x")).isEqualTo("xx");
            assertThat(CountedStoreProvider.READS_OF_STEPS.get() - before).isZero();
            test.run(steps, "fails once");
            assertThat(CountedStoreProvider.READS_OF_STEPS.get() - before).isEqualTo(1);
        }
    }

    private static void await(Run<String> run, CountDownLatch done) {
        try {
            assertThat(run.await(SOON)).isEqualTo("x");
            done.countDown();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
