package dev.errand.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.errand.RunQuery;
import dev.errand.Schedule;
import dev.errand.ScheduleInfo;
import dev.errand.ScheduleQuery;
import dev.errand.ScheduleState;
import dev.errand.ScheduledTime;
import dev.errand.Schedules;
import dev.errand.Task;
import dev.errand.testkit.SettableClock;
import dev.errand.testkit.TestErrand;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Schedules that stand in tasks' code, through starts of engines with one code or another. */
class DeclaredScheduleTest {
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration DAY = Duration.ofDays(1);

    private final SettableClock clock = new SettableClock();
    private final Instant begin = clock.instant();

    @TempDir
    private Path folder;

    private String url;

    @BeforeEach
    void make() {
        url = TestStore.url(folder);
    }

    private static Task<ScheduledTime, ?> report(Schedule... schedules) {
        var task = Task.named("report", ScheduledTime.class);
        for (int i = 0; i < schedules.length; i++) {
            task = task.schedule(i == 0 ? "report" : "report-" + i, schedules[i]);
        }
        return task.run((time, run) -> {});
    }

    private static Task<String, ?> other() {
        return Task.named("other", String.class).run((payload, run) -> {});
    }

    private TestErrand open(Task<?, ?>... tasks) {
        return TestErrand.open(clock, settings -> settings.store(url).tasks(tasks));
    }

    private static List<ScheduleInfo> all(TestErrand test) {
        return test.errand().schedules().list(ScheduleQuery.all()).items();
    }

    private static int runs(TestErrand test) {
        return test.errand().runs(RunQuery.all()).items().size();
    }

    @Test
    void aTaskIsTriggeredAsItsCodeSays() throws InterruptedException {
        try (TestErrand test = open(report(Schedule.cron("@hourly"), Schedule.cron("30 12 * * *")))) {
            assertThat(all(test)).extracting(ScheduleInfo::key).containsExactly("report", "report-1");
            assertThat(all(test)).allMatch(ScheduleInfo::declared);
            test.advance(DAY);
            assertThat(runs(test)).isEqualTo(25);
        }
    }

    @Test
    void aRestartDisturbsNothingAndMakesUpForOneFiring() throws InterruptedException { // case 168
        Task<ScheduledTime, ?> hourly = report(Schedule.cron("@hourly"));
        open(hourly).close();
        clock.advance(Duration.ofMinutes(5 * 60 + 20));
        try (TestErrand test = open(hourly)) {
            Soon.await("the late firing", () -> runs(test) == 1);
            test.runUntilIdle();
            assertThat(all(test).getFirst().previous()).isEqualTo(begin.plus(HOUR.multipliedBy(5)));
            assertThat(all(test).getFirst().next()).isEqualTo(begin.plus(HOUR.multipliedBy(6)));
            test.advance(Duration.ofMinutes(40));
            assertThat(runs(test)).isEqualTo(2);
        }
    }

    @Test
    void theNewestCodeWins() {
        open(report(Schedule.cron("@hourly"), Schedule.cron("@daily"))).close();
        try (TestErrand test = open(report(Schedule.cron("@daily")))) {
            assertThat(all(test)).extracting(ScheduleInfo::key).containsExactly("report");
            assertThat(all(test).getFirst().next()).isEqualTo(begin.plus(DAY));
            test.errand().put(report());
            assertThat(all(test)).isEmpty();
            test.errand().put(report(Schedule.cron("@hourly")));
            assertThat(all(test)).hasSize(1);
        }
    }

    @Test
    void withoutItsCodeAScheduleSleepsUntilANodeHasItAgain() throws InterruptedException {
        // given
        Task<ScheduledTime, ?> hourly = report(Schedule.cron("@hourly"));
        open(hourly).close();
        try (TestErrand test = open(other())) {
            // when
            test.advance(HOUR.multipliedBy(3));
            // then
            assertThat(all(test)).extracting(ScheduleInfo::state).containsExactly(ScheduleState.ASLEEP);
            assertThat(runs(test)).isZero();
            // when
            clock.advance(Duration.ofMinutes(30));
            try (TestErrand back = open(hourly)) {
                // then
                Soon.await("the late firing", () -> runs(back) == 1);
                back.runUntilIdle();
                assertThat(all(back)).extracting(ScheduleInfo::state).containsExactly(ScheduleState.ACTIVE);
                assertThat(all(back).getFirst().next()).isEqualTo(begin.plus(HOUR.multipliedBy(4)));
            }
        }
    }

    @Test
    void aNodeWithoutTheCodeFiresForThoseThatHaveIt() throws InterruptedException {
        Task<ScheduledTime, ?> hourly = report(Schedule.cron("@hourly"));
        try (TestErrand with = open(hourly);
                TestErrand without = open(other())) {
            clock.advance(HOUR);
            Soon.await("one of them fires", () -> runs(with) == 1);
            with.runUntilIdle();
            assertThat(all(without)).extracting(ScheduleInfo::state).containsExactly(ScheduleState.ACTIVE);
        }
    }

    @Test
    @Tag(TestStore.POSTGRES_ONLY) // where nodes have leases
    void whatFellAsleepWhileItsNodeWasTakenForDeadGoesOnWhenThatIsBack() throws Exception {
        Task<ScheduledTime, ?> hourly = report(Schedule.cron("@hourly"));
        SettableClock behind = new SettableClock(); // so that only the other one looks, until it beats
        try (TestErrand with = TestErrand.open(
                        behind, settings -> settings.store(url).nodeName("with").tasks(hourly));
                TestErrand without = open(other())) {
            for (int hour = 1; hour <= 5; hour++) { // whether it falls asleep is up to who looks first
                TestStore.endLease(url, "with");
                clock.advance(HOUR);
                int all = hour;
                Soon.await("it fires", () -> runs(without) == all);
            }
            assertThat(all(with)).extracting(ScheduleInfo::state).containsExactly(ScheduleState.ACTIVE);
        }
    }

    @Test
    void whatStandsInCodeIsChangedThereAndPausedHere() {
        try (TestErrand test = open(report(Schedule.cron("@hourly")))) {
            Schedules schedules = test.errand().schedules();
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> schedules.put("report", "report", Schedule.cron("@daily")))
                    .withMessageContaining("stands in the code of task report");
            assertThatIllegalArgumentException().isThrownBy(() -> schedules.delete("report"));
            schedules.pause("report");
        }
        try (TestErrand test = open(report(Schedule.cron("@hourly")))) {
            assertThat(all(test)).extracting(ScheduleInfo::state).containsExactly(ScheduleState.PAUSED);
        }
    }

    @Test
    void noTaskTakesTheScheduleOfAnother() {
        Task<ScheduledTime, ?> thief = Task.named("thief", ScheduledTime.class)
                .schedule("report", Schedule.cron("@daily"))
                .run((time, run) -> {});
        Task<ScheduledTime, ?> hourly = report(Schedule.cron("@hourly"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> open(hourly, thief))
                .withMessageContaining("Tasks report and thief both have a schedule 'report'");
        try (TestErrand test = open(hourly)) {
            assertThatIllegalArgumentException().isThrownBy(() -> test.errand().add(thief));
            assertThat(test.errand().task("thief")).isEmpty();
            assertThat(all(test)).extracting(ScheduleInfo::task).containsExactly("report");
            test.errand().edit(hourly);
        }
    }

    @Test
    void anIntervalInCodeIsNotBegunAgainByARestart() throws InterruptedException {
        Task<ScheduledTime, ?> steady = report(Schedule.every(HOUR));
        open(steady).close();
        clock.advance(Duration.ofMinutes(40));
        try (TestErrand test = open(steady)) {
            assertThat(all(test).getFirst().next()).isEqualTo(begin.plus(HOUR));
        }
    }

    @Test
    void aOneOffInCodeFiresOnceThroughAllRestarts() throws InterruptedException {
        Task<ScheduledTime, ?> once = report(Schedule.once(begin.plus(HOUR)));
        try (TestErrand test = open(once)) {
            test.advance(HOUR);
            assertThat(runs(test)).isEqualTo(1);
        }
        clock.advance(HOUR);
        try (TestErrand test = open(once)) {
            test.advance(DAY);
            assertThat(all(test)).extracting(ScheduleInfo::state).containsExactly(ScheduleState.COMPLETED);
            assertThat(runs(test)).isEqualTo(1);
        }
    }
}
