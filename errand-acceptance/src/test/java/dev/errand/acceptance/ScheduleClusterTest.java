package dev.errand.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Errand;
import dev.errand.OnConflict;
import dev.errand.Run;
import dev.errand.Schedule;
import dev.errand.ScheduleQuery;
import dev.errand.ScheduledTime;
import dev.errand.Schedules;
import dev.errand.StoreException;
import dev.errand.Task;
import dev.errand.TaskQueue;
import dev.errand.TriggerOptions;
import dev.errand.testkit.SettableClock;
import dev.errand.testkit.TestErrand;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Exactly one run per firing, whoever fires, dies or cannot reach the store. */
class ScheduleClusterTest {
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final int DUE_AT_ONCE = 64;

    private final SettableClock clock = new SettableClock();
    private final Task<ScheduledTime, ?> tick =
            Task.named("tick", ScheduledTime.class).run((time, run) -> {});

    @TempDir
    private Path folder;

    private TestErrand engine(String url, String name) {
        return TestErrand.open(
                clock, settings -> settings.store(url).nodeName(name).tasks(tick));
    }

    private void putAll(Errand errand) {
        for (int i = 0; i < DUE_AT_ONCE; i++) {
            errand.schedules().put("s" + i, tick, Schedule.cron("@hourly"));
        }
    }

    @Test
    void severalEnginesFireEachTimeOnce() throws InterruptedException {
        String url = TestStore.url(folder);
        try (TestErrand one = engine(url, "one");
                TestErrand two = engine(url, "two");
                TestErrand three = engine(url, "three")) {
            putAll(one.errand());
            for (int hour = 1; hour <= 8; hour++) {
                int expected = hour * DUE_AT_ONCE;
                clock.advance(HOUR);
                Soon.await("all fire", () -> Firings.of(two.errand()).count() >= expected);
            }
            three.runUntilIdle();
            Firings.of(one.errand()).assertEachOnce(DUE_AT_ONCE, HOUR, 8);
            assertThat(Firings.of(one.errand()).count()).isEqualTo(8 * DUE_AT_ONCE);
        }
    }

    @Test
    void anEngineThatTriggersOnlyMakesSchedulesThatOthersFireInTime() throws InterruptedException {
        String url = TestStore.url(folder);
        try (TestErrand works = engine(url, "works");
                TestErrand asks =
                        TestErrand.open(clock, settings -> settings.store(url).concurrency(0))) {
            Schedules schedules = asks.errand().schedules();
            schedules.put("far", "tick", Schedule.every(Duration.ofDays(300)));
            schedules.put("near", "tick", Schedule.every(HOUR));
            clock.advance(HOUR);
            Soon.await("it fires", () -> Firings.of(asks.errand()).count() == 1);
            works.runUntilIdle();
        }
    }

    @Test
    @Tag(TestStore.POSTGRES_ONLY) // in a file of SQLite's nobody else writes meanwhile
    void aFiringThatWaitsForATransactionOfAUsersHoldsUpNothingElse() throws Exception {
        String url = TestStore.url(folder);
        TaskQueue queue = TaskQueue.named("line").concurrency(1).onConflict(OnConflict.DROP);
        Task<String, String> echo =
                Task.named("echo", String.class, String.class).run((text, run) -> text);
        TriggerOptions inLine = TriggerOptions.none().queue("line");
        try (TestErrand test = TestErrand.open(
                        clock, settings -> settings.store(url).tasks(echo).queues(queue));
                Connection connection = Bookkeeper.connect(url)) {
            // given
            Errand errand = test.errand();
            errand.schedules()
                    .put("s", echo, Schedule.cron("@hourly").payload("x").options(inLine));
            errand.with(connection).trigger(echo, "not committed yet", inLine);
            Run<String> delayed =
                    errand.trigger(echo, "y", TriggerOptions.none().after(HOUR.plus(SECOND)));
            // when
            clock.advance(HOUR);
            clock.advance(SECOND);
            // then
            assertThat(delayed.await(Soon.SOON)).isEqualTo("y");
            assertThat(errand.schedules().get("s").firings()).isZero();
            // when
            connection.commit();
            // then
            Soon.await("it fires", () -> errand.schedules().get("s").firings() == 1);
        }
    }

    @Test
    void anOutageAtTheMomentOfFiringLosesAndDoublesNothing() throws Exception {
        try (Outage outage = Outage.of(folder);
                TestErrand test = engine(outage.url(), "one")) {
            putAll(test.errand());
            clock.advance(HOUR);
            Soon.await("all fire", () -> Firings.of(test.errand()).count() == DUE_AT_ONCE);
            outage.begin();
            clock.advance(HOUR);
            Thread.sleep(SECOND); // the outage
            outage.end();
            Soon.await("all fire", () -> count(test.errand()) == 2 * DUE_AT_ONCE);
            clock.advance(HOUR);
            Soon.await("all fire", () -> count(test.errand()) == 3 * DUE_AT_ONCE);
            Firings.of(test.errand()).assertEachOnce(DUE_AT_ONCE, HOUR, 3);
        }
    }

    private static int count(Errand errand) {
        try {
            return Firings.of(errand).count();
        } catch (StoreException e) {
            return 0; // still away
        }
    }

    @Test
    void outagesAtAnyMomentLoseAndDoubleNothing() throws Exception {
        try (Outage outage = Outage.of(folder);
                Errand errand = ScheduledProcess.engine(outage.url()).open()) {
            Soon.await("they fire", () -> count(errand) > ScheduledProcess.SCHEDULES);
            for (int i = 0; i < 12; i++) {
                Thread.sleep(ThreadLocalRandom.current().nextInt(200, 500)); // somewhere around a firing
                outage.begin();
                Thread.sleep(ThreadLocalRandom.current().nextInt(1, 60));
                outage.end();
            }
            awaitFirings(errand, Instant.now().plusSeconds(2));
            Firings.of(errand).assertEachOnce(ScheduledProcess.SCHEDULES, SECOND, 4);
        }
    }

    @Test
    @Tag(TestStore.ONCE)
    void deathsAtAnyMomentLoseAndDoubleNothing() throws Exception {
        String url = TestStore.url(folder);
        List<ScheduledProcess> processes = new ArrayList<>();
        try {
            for (int i = 0; i < 6; i++) {
                processes.add(new ScheduledProcess(url));
                Thread.sleep(ThreadLocalRandom.current().nextInt(800, 1_500)); // so that it fires at least once
                if (i > 0) {
                    processes.removeFirst().kill();
                }
            }
            try (Errand errand = ScheduledProcess.engine(url).open()) {
                awaitFirings(errand, Instant.now().plusSeconds(2));
                Firings.of(errand).assertEachOnce(ScheduledProcess.SCHEDULES, SECOND, 5);
            }
        } finally {
            for (ScheduledProcess process : processes) {
                process.close();
            }
        }
    }

    /** Until all have fired for a time after this one. */
    private static void awaitFirings(Errand errand, Instant time) throws InterruptedException {
        Soon.await("all fire", () -> {
            try {
                return errand.schedules().list(ScheduleQuery.all()).items().stream()
                        .allMatch(each ->
                                each.previous() != null && each.previous().isAfter(time));
            } catch (StoreException e) {
                return false; // still away
            }
        });
    }
}
