package dev.errand.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.CatchUp;
import dev.errand.Errand;
import dev.errand.Overlap;
import dev.errand.Schedule;
import dev.errand.ScheduleInfo;
import dev.errand.ScheduleQuery;
import dev.errand.ScheduledTime;
import dev.errand.Schedules;
import dev.errand.Task;
import dev.errand.testkit.SettableClock;
import dev.errand.testkit.TestErrand;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What schedules make up for once nodes are there again, all of which come at once. */
class ScheduleCatchUpTest {
    private static final Duration HOUR = Duration.ofHours(1);

    private final SettableClock clock = new SettableClock();
    private final Instant begin = clock.instant();
    private final Gate gate = new Gate();
    private final Task<ScheduledTime, ?> tick =
            Task.named("tick", ScheduledTime.class).run((time, run) -> {});
    private final Task<ScheduledTime, ?> slow =
            Task.named("slow", ScheduledTime.class).run((time, run) -> gate.pass());

    @TempDir
    private Path folder;

    private TestErrand engine(String url, String name) {
        return TestErrand.open(
                clock, settings -> settings.store(url).nodeName(name).tasks(tick, slow));
    }

    private void putAll(Schedules schedules) {
        Schedule hourly = Schedule.cron("@hourly");
        schedules.put("usual", tick, hourly);
        schedules.put("once", tick, hourly.catchUp(CatchUp.once()));
        schedules.put("none", tick, hourly.catchUp(CatchUp.none()));
        schedules.put("three", tick, hourly.catchUp(CatchUp.all(3)));
        schedules.put("all", tick, hourly.catchUp(CatchUp.all(100)));
        schedules.put("skip", slow, hourly.catchUp(CatchUp.all(100)).overlap(Overlap.SKIP));
    }

    private List<Instant> hours(int from, int to) {
        return IntStream.rangeClosed(from, to)
                .mapToObj(hour -> begin.plus(HOUR.multipliedBy(hour)))
                .toList();
    }

    private void awaitNext(Errand errand, int hour) throws InterruptedException {
        Instant next = hours(hour, hour).getFirst();
        Soon.await(
                "all schedules have moved on",
                () -> errand.schedules().list(ScheduleQuery.all()).items().stream()
                        .map(ScheduleInfo::next)
                        .allMatch(next::equals));
    }

    private static void assertFired(Errand errand, String key, List<Instant> times) {
        assertThat(Firings.of(errand).times().getOrDefault(key, List.of()))
                .as("firings of '%s'", key)
                .isEqualTo(times);
    }

    @Test
    void afterFiveHoursWithoutNodesEachScheduleMakesUpForWhatItSays() throws InterruptedException { // case 168
        // given
        String url = TestStore.url(folder);
        try (TestErrand test = engine(url, "gone")) {
            putAll(test.errand().schedules());
        }
        clock.advance(Duration.ofMinutes(5 * 60 + 20));
        // when
        try (TestErrand one = engine(url, "one");
                TestErrand two = engine(url, "two")) {
            // then
            Errand errand = two.errand();
            awaitNext(errand, 6);
            assertFired(errand, "usual", hours(5, 5));
            assertFired(errand, "once", hours(5, 5));
            assertFired(errand, "none", List.of());
            assertFired(errand, "three", hours(3, 5));
            assertFired(errand, "all", hours(1, 5));
            assertFired(errand, "skip", hours(5, 5)); // one of them may go on at a time: the latest
            // when
            gate.open();
            one.runUntilIdle();
            clock.advance(Duration.ofMinutes(40));
            // then
            awaitNext(errand, 7);
            assertFired(errand, "once", hours(5, 6));
            assertFired(errand, "none", hours(6, 6));
            assertFired(errand, "three", hours(3, 6));
            assertFired(errand, "all", hours(1, 6));
            two.runUntilIdle();
        }
    }
}
