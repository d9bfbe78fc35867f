package dev.errand.acceptance;

import static dev.errand.acceptance.Soon.SOON;
import static dev.errand.testkit.ErrandAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Overlap;
import dev.errand.Run;
import dev.errand.RunInfo;
import dev.errand.RunQuery;
import dev.errand.RunState;
import dev.errand.Schedule;
import dev.errand.ScheduledTime;
import dev.errand.Schedules;
import dev.errand.Task;
import dev.errand.testkit.TestErrand;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a schedule does that fires while a run of an earlier firing goes on. */
class ScheduleOverlapTest {
    private static final Duration HOUR = Duration.ofHours(1);

    private final Gate gate = new Gate();
    private final Queue<Instant> started = new ConcurrentLinkedQueue<>();
    private final Task<ScheduledTime, Void> slow = Task.named("slow", ScheduledTime.class, Void.class)
            .run((time, run) -> {
                started.add(time.timestamp());
                gate.pass();
                return null;
            });
    private final TestErrand test = TestStore.open(slow);
    private final Instant begin = test.clock().instant();

    @AfterEach
    void close() {
        gate.open();
        test.close();
    }

    private void put(Overlap overlap) {
        test.errand().schedules().put("s", slow, Schedule.cron("@hourly").overlap(overlap));
    }

    private Instant hour(int hours) {
        return begin.plus(HOUR.multipliedBy(hours));
    }

    /** Moves on to an hour, and waits until the schedule has dealt with it. */
    private void pass(int hours) throws InterruptedException {
        test.clock().set(hour(hours));
        Soon.await(
                "the schedule moves on",
                () -> hour(hours + 1).equals(test.errand().schedules().get("s").next()));
    }

    private List<RunInfo> runs() {
        return test.errand().runs(RunQuery.all().tags("schedule:s")).items();
    }

    @Test
    void anotherRunIsTriggeredBesideUnlessToldOtherwise() throws InterruptedException {
        put(Overlap.ALLOW);
        pass(1);
        pass(2);
        gate.awaitArrivals(2);
        assertThat(runs()).hasSize(2);
    }

    @Test
    void aFiringIsPassedOver() throws InterruptedException {
        // given
        put(Overlap.SKIP);
        pass(1);
        gate.awaitArrivals(1);
        // when
        pass(2);
        // then
        assertThat(runs()).hasSize(1);
        // when
        gate.open();
        test.runUntilIdle();
        pass(3);
        // then
        test.runUntilIdle();
        assertThat(started).containsExactly(hour(1), hour(3));
        assertThat(test.errand().schedules().get("s").firings()).isEqualTo(2);
    }

    @Test
    void aRunByHandCountsAsOpen() throws InterruptedException {
        put(Overlap.SKIP);
        test.errand().schedules().run("s");
        gate.awaitArrivals(1);
        pass(1);
        assertThat(runs()).hasSize(1);
    }

    @Test
    void oneFiringWaitsForTheEndAndStartsThenByItself() throws InterruptedException {
        // given
        put(Overlap.QUEUE_ONE);
        pass(1);
        gate.awaitArrivals(1);
        pass(2);
        pass(3);
        assertThat(runs()).hasSize(1);
        // when
        gate.open();
        // then
        Soon.await("the firing that waited becomes a run", () -> started.size() == 2);
        test.runUntilIdle();
        assertThat(started).containsExactly(hour(1), hour(2));
        assertThat(runs()).hasSize(2);
    }

    @Test
    void aFiringThatWaitsCountsTowardsTheLimit() throws InterruptedException {
        Schedules schedules = test.errand().schedules();
        schedules.put(
                "s", slow, Schedule.cron("@hourly").overlap(Overlap.QUEUE_ONE).limit(3));
        pass(1);
        gate.awaitArrivals(1);
        pass(2);
        assertThat(schedules.next("s", 5)).containsExactly(hour(3));
    }

    @Test
    void theOldRunIsCancelled() throws InterruptedException {
        put(Overlap.CANCEL_OLD);
        pass(1);
        gate.awaitArrivals(1);
        Run<?> old = test.errand().run(runs().getFirst().id());
        pass(2);
        assertThat(old).endsWithin(SOON).hasState(RunState.CANCELED);
        assertThat(old.info().reason()).contains("its schedule fired again");
        Soon.await("the new one starts", () -> started.size() == 2);
        assertThat(runs()).hasSize(2);
    }
}
