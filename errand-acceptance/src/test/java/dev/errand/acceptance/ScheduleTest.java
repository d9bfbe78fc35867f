package dev.errand.acceptance;

import static dev.errand.testkit.ErrandAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.errand.CatchUp;
import dev.errand.Json;
import dev.errand.Overlap;
import dev.errand.Page;
import dev.errand.RunInfo;
import dev.errand.RunQuery;
import dev.errand.RunState;
import dev.errand.Schedule;
import dev.errand.ScheduleInfo;
import dev.errand.ScheduleQuery;
import dev.errand.ScheduleState;
import dev.errand.ScheduledTime;
import dev.errand.Schedules;
import dev.errand.Task;
import dev.errand.TriggerOptions;
import dev.errand.cron.Cron;
import dev.errand.cron.DstPolicy;
import dev.errand.testkit.TestErrand;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Schedules of one engine, by a clock that is set. */
class ScheduleTest {
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration DAY = Duration.ofDays(1);

    record Customer(int number) {}

    private final BlockingQueue<ScheduledTime> fired = new LinkedBlockingQueue<>();
    private final BlockingQueue<Customer> reminded = new LinkedBlockingQueue<>();
    private final Task<ScheduledTime, Void> report = Task.named("report", ScheduledTime.class, Void.class)
            .run((time, run) -> {
                fired.add(time);
                return null;
            });
    private final Task<Customer, String> remind = Task.named("remind", Customer.class, String.class)
            .run((customer, run) -> {
                reminded.add(customer);
                return String.valueOf(run.metadata().get("scheduledTime"));
            });
    private final TestErrand test = TestStore.open(report, remind);
    private final Schedules schedules = test.errand().schedules();
    private final Instant begin = test.clock().instant();

    @AfterEach
    void close() {
        test.close();
    }

    private List<RunInfo> runs(String key) {
        return test.errand().runs(RunQuery.all().tags("schedule:" + key)).items();
    }

    @Test
    void aRunGetsTheTimeItIsForAndTheOnesBeforeAndAfter() throws InterruptedException { // cases 163 and 169
        // given
        ScheduleInfo made = schedules.put(
                "tokyo", report, Schedule.cron("0 5 * * *").zone("Asia/Tokyo").externalId("our-17"));
        Instant first = Instant.parse("2026-01-01T20:00:00Z");
        assertThat(made.next()).isEqualTo(first);
        // when
        test.advance(DAY);
        // then
        ScheduledTime one = Soon.next(fired);
        assertThat(one.timestamp()).isEqualTo(first);
        assertThat(one.previous()).isNull();
        assertThat(one.zone()).isEqualTo(ZoneId.of("Asia/Tokyo"));
        assertThat(one.schedule()).isEqualTo(made.id());
        assertThat(one.key()).isEqualTo("tokyo");
        assertThat(one.externalId()).isEqualTo("our-17");
        assertThat(one.upcoming())
                .containsExactly(
                        first.plus(DAY),
                        first.plus(DAY.multipliedBy(2)),
                        first.plus(DAY.multipliedBy(3)),
                        first.plus(DAY.multipliedBy(4)),
                        first.plus(DAY.multipliedBy(5)));
        // when
        test.advance(DAY);
        // then
        ScheduledTime two = Soon.next(fired);
        assertThat(two.previous()).isEqualTo(first);
        assertThat(two.timestamp()).isEqualTo(first.plus(DAY));
        assertThat(schedules.get("tokyo").firings()).isEqualTo(2);
        assertThat(schedules.get("tokyo").lastRun())
                .isEqualTo(runs("tokyo").getFirst().id());
    }

    @Test
    void aTimeThatComesTwiceFiresOnceUnlessToldOtherwise() throws InterruptedException { // case 164
        test.clock().set(Instant.parse("2026-10-31T12:00:00Z"));
        Schedule autumn = Schedule.cron("30 1 * * *").zone("America/New_York");
        schedules.put("autumn", report, autumn);
        schedules.put("both", report, autumn.clocks(new DstPolicy(DstPolicy.Gap.SHIFT, DstPolicy.Overlap.BOTH)));
        test.advance(DAY);
        Instant first = Instant.parse("2026-11-01T05:30:00Z");
        assertThat(fired)
                .extracting(ScheduledTime::key, ScheduledTime::timestamp)
                .containsExactlyInAnyOrder(
                        tuple("autumn", first), tuple("both", first), tuple("both", first.plus(HOUR)));
    }

    @Test
    void lastDaysAreThoseOfTheirMonths() throws InterruptedException { // case 165
        test.clock().set(Instant.parse("2026-11-01T00:00:00Z"));
        schedules.put("monday", report, Schedule.cron("0 0 * * 1L"));
        test.advance(DAY.multipliedBy(30));
        assertThat(fired).extracting(ScheduledTime::timestamp).containsExactly(Instant.parse("2026-11-30T00:00:00Z"));
        schedules.delete("monday");
        fired.clear();
        test.clock().set(Instant.parse("2027-01-01T00:00:00Z"));
        schedules.put("month", report, Schedule.cron("0 0 L * *"));
        test.advance(DAY.multipliedBy(90));
        assertThat(fired)
                .extracting(ScheduledTime::timestamp)
                .containsExactly(
                        Instant.parse("2027-01-31T00:00:00Z"),
                        Instant.parse("2027-02-28T00:00:00Z"),
                        Instant.parse("2027-03-31T00:00:00Z"));
    }

    @Test
    void theSameKeyChangesTheSchedule() throws InterruptedException { // case 167
        String id = schedules.put("d", report, Schedule.cron("@hourly")).id();
        test.advance(HOUR);
        ScheduleInfo changed = schedules.put("d", report, Schedule.cron("30 * * * *"));
        assertThat(changed.id()).isEqualTo(id);
        assertThat(changed.firings()).isEqualTo(1);
        assertThat(schedules.list(ScheduleQuery.all()).items()).hasSize(1);
        assertThat(changed.next()).isEqualTo(begin.plus(Duration.ofMinutes(90)));
        test.advance(HOUR);
        assertThat(fired).hasSize(2);
    }

    @Test
    void theSameTimesPutAgainDisturbNothing() throws InterruptedException {
        Schedule schedule = Schedule.every(HOUR);
        schedules.put("steady", report, schedule);
        test.advance(Duration.ofMinutes(40));
        assertThat(schedules
                        .put(
                                "steady",
                                report,
                                schedule.options(TriggerOptions.none().priority(7)))
                        .next())
                .isEqualTo(begin.plus(HOUR));
        test.advance(Duration.ofMinutes(20));
        assertThat(runs("steady")).extracting(RunInfo::priority).containsExactly(7);
    }

    @Test
    void anIntervalCountsFromWhenItWasMadeOrFromItsStart() throws InterruptedException {
        schedules.put("made", report, Schedule.every(HOUR));
        Instant start = begin.plus(Duration.ofMinutes(90));
        schedules.put("starts", report, Schedule.every(HOUR).start(start));
        assertThat(schedules.next("made", 2)).containsExactly(begin.plus(HOUR), begin.plus(HOUR.multipliedBy(2)));
        assertThat(schedules.next("starts", 2)).containsExactly(start, start.plus(HOUR));
        test.advance(Duration.ofMinutes(150));
        assertThat(fired).extracting(ScheduledTime::key).containsExactly("made", "starts", "made", "starts");
    }

    @Test
    void nothingFiresBeforeTheStartAndAtItWhatFits() throws InterruptedException {
        Schedule hourly = Schedule.cron("@hourly");
        schedules.put("at", report, hourly.start(begin.plus(HOUR.multipliedBy(3))));
        schedules.put(
                "after", report, hourly.start(begin.plus(HOUR.multipliedBy(3)).plusMillis(1)));
        test.advance(HOUR.multipliedBy(4));
        assertThat(fired)
                .extracting(ScheduledTime::key, ScheduledTime::timestamp)
                .containsExactlyInAnyOrder(
                        tuple("at", begin.plus(HOUR.multipliedBy(3))),
                        tuple("at", begin.plus(HOUR.multipliedBy(4))),
                        tuple("after", begin.plus(HOUR.multipliedBy(4))));
    }

    @Test
    void aOneOffFiresOnceAndIsCompleted() throws InterruptedException {
        schedules.put("once", remind, Schedule.once(begin.plus(DAY)).payload(new Customer(17)));
        test.advance(DAY.multipliedBy(3));
        assertThat(reminded).containsExactly(new Customer(17));
        assertThat(schedules.get("once").state()).isEqualTo(ScheduleState.COMPLETED);
        assertThat(schedules.get("once").next()).isNull();
        assertThat(runs("once")).extracting(RunInfo::output).containsExactly(new Json("\"" + begin.plus(DAY) + "\""));
    }

    @Test
    void aLimitCountsFiringsAndNotRunsByHand() throws InterruptedException {
        schedules.put("thrice", report, Schedule.every(HOUR).limit(3));
        test.advance(HOUR);
        schedules.run("thrice");
        schedules.run("thrice");
        assertThat(schedules.get("thrice").firings()).isEqualTo(1);
        test.advance(DAY);
        assertThat(runs("thrice")).hasSize(5);
        assertThat(schedules.get("thrice").firings()).isEqualTo(3);
        assertThat(schedules.get("thrice").state()).isEqualTo(ScheduleState.COMPLETED);
        assertThat(Soon.next(fired).upcoming()).hasSize(2);
    }

    @Test
    void anEndIsTheEnd() throws InterruptedException {
        schedules.put("ends", report, Schedule.every(HOUR).end(begin.plus(HOUR.multipliedBy(3))));
        test.advance(DAY);
        assertThat(fired).hasSize(2);
        assertThat(schedules.get("ends").state()).isEqualTo(ScheduleState.COMPLETED);
    }

    @Test
    void firingsArePassedOver() throws InterruptedException {
        schedules.put("skips", report, Schedule.cron("@hourly").skip(2));
        assertThat(schedules.get("skips").next()).isEqualTo(begin.plus(HOUR.multipliedBy(3)));
        assertThat(schedules.skip("skips", 1).next()).isEqualTo(begin.plus(HOUR.multipliedBy(4)));
        test.advance(HOUR.multipliedBy(4));
        assertThat(fired).extracting(ScheduledTime::timestamp).containsExactly(begin.plus(HOUR.multipliedBy(4)));
    }

    @Test
    void onlyTheFirstFiringsArePassedOver() throws InterruptedException {
        Schedule hourly = Schedule.cron("@hourly").skip(2);
        schedules.put("skips", report, hourly.limit(1));
        test.advance(HOUR.multipliedBy(3));
        assertThat(schedules.get("skips").state()).isEqualTo(ScheduleState.COMPLETED);
        assertThat(schedules.put("skips", report, hourly.limit(2)).next()).isEqualTo(begin.plus(HOUR.multipliedBy(4)));
    }

    @Test
    void whatIsPausedDoesNotFireAndIsNotMadeUpFor() throws InterruptedException {
        schedules.put("pauses", report, Schedule.cron("@hourly"));
        assertThat(schedules.pause("pauses").state()).isEqualTo(ScheduleState.PAUSED);
        assertThat(schedules.next("pauses", 3)).isEmpty();
        test.advance(Duration.ofMinutes(150));
        assertThat(fired).isEmpty();
        assertThat(schedules.resume("pauses").next()).isEqualTo(begin.plus(HOUR.multipliedBy(3)));
        test.advance(HOUR);
        assertThat(fired).hasSize(1);
    }

    @Test
    void whatIsPassedOverStaysSoThroughAPause() {
        Schedule hourly = Schedule.cron("@hourly");
        schedules.put("skips", report, hourly);
        Instant third = schedules.skip("skips", 2).next();
        assertThat(third).isEqualTo(begin.plus(HOUR.multipliedBy(3)));
        schedules.pause("skips");
        schedules.put("skips", report, hourly.overlap(Overlap.SKIP));
        assertThat(schedules.resume("skips").next()).isEqualTo(third);
        schedules.pause("skips");
        schedules.put("skips", report, hourly.end(third));
        assertThat(schedules.resume("skips").next()).isEqualTo(begin.plus(HOUR));
    }

    @Test
    void aChangeLeavesAPause() {
        schedules.put("pauses", report, Schedule.cron("@hourly"));
        schedules.pause("pauses");
        assertThat(schedules.put("pauses", report, Schedule.cron("@daily")).state())
                .isEqualTo(ScheduleState.PAUSED);
        assertThat(schedules.resume("pauses").next()).isEqualTo(begin.plus(DAY));
    }

    @Test
    void whatIsDeletedIsGoneAndItsRunsStay() throws InterruptedException {
        String id = schedules.put("gone", report, Schedule.cron("@hourly")).id();
        test.advance(HOUR);
        assertThat(schedules.delete(id)).isTrue();
        assertThat(schedules.delete("gone")).isFalse();
        test.advance(DAY);
        assertThat(runs("gone")).hasSize(1);
        assertThat(schedules.find("gone")).isEmpty();
    }

    @Test
    void aRemovedTaskTakesItsSchedulesAlong() throws InterruptedException {
        schedules.put("goes", report, Schedule.cron("@hourly"));
        schedules.put("stays", remind, Schedule.cron("@hourly").payload(new Customer(1)));
        test.errand().remove("report");
        assertThat(schedules.list(ScheduleQuery.all()).items())
                .extracting(ScheduleInfo::key)
                .containsExactly("stays");
    }

    @Test
    void runsByHandAreTriggeredAtOnceAlsoOfPausedSchedules() throws InterruptedException {
        schedules.put("hand", report, Schedule.cron("@daily"));
        schedules.pause("hand");
        assertThat(schedules.run("hand")).endsWithin(Soon.SOON).isCompleted();
        assertThat(Soon.next(fired).timestamp()).isEqualTo(begin);
    }

    @Test
    void theWindowIsTheSameEachTimeAndDiffersByKey() throws InterruptedException {
        Schedule spread = Schedule.cron("@hourly").spread(Duration.ofMinutes(30));
        List<Instant> times = schedules.put("a", report, spread).next() == null ? List.of() : schedules.next("a", 2);
        assertThat(times.getFirst()).isAfter(begin.plus(HOUR)).isBefore(begin.plus(Duration.ofMinutes(90)));
        assertThat(times.getLast()).isEqualTo(times.getFirst().plus(HOUR));
        assertThat(schedules.put("b", report, spread).next()).isNotEqualTo(times.getFirst());
        schedules.pause("b");
        test.advance(HOUR);
        assertThat(fired).isEmpty();
        test.advance(Duration.ofMinutes(30));
        assertThat(fired).extracting(ScheduledTime::timestamp).containsExactly(begin.plus(HOUR));
    }

    @Test
    void schedulesAreListedInPages() {
        for (int i = 0; i < 25; i++) {
            schedules.put("s%02d".formatted(i), report, Schedule.cron("@daily"));
        }
        schedules.put("other", remind, Schedule.cron("@daily").payload(new Customer(1)));
        Page<ScheduleInfo> first =
                schedules.list(ScheduleQuery.all().task("REPORT").limit(20));
        Page<ScheduleInfo> second = schedules.list(
                ScheduleQuery.all().task("REPORT").limit(20).after(first.next().orElseThrow()));
        assertThat(first.items()).hasSize(20);
        assertThat(second.items()).extracting(ScheduleInfo::key).containsExactly("s20", "s21", "s22", "s23", "s24");
        assertThat(second.next()).isEmpty();
    }

    @Test
    void whatIsStoredIsReadAgainAsItWas() {
        Schedule schedule = Schedule.cron("0 2 * * MON", "@yearly")
                .zone("Europe/Berlin")
                .start(begin.plus(DAY))
                .end(begin.plus(DAY.multipliedBy(900)))
                .limit(7)
                .skip(1)
                .spread(HOUR)
                .externalId("x")
                .options(TriggerOptions.none()
                        .name("n")
                        .tags("a", "b")
                        .priority(9)
                        .ttl(HOUR)
                        .attempts(2)
                        .metadata(Map.of("m", 1)));
        Json payload = new Json("{\"number\":1}");
        List.of(
                        schedule,
                        Schedule.cronWithSeconds("*/20 * * * * *")
                                .clocks(new DstPolicy(DstPolicy.Gap.SKIP, DstPolicy.Overlap.LAST))
                                .catchUp(CatchUp.all(5))
                                .overlap(Overlap.CANCEL_OLD),
                        Schedule.cron(Cron.parse("0 0 13 * FRI").daysMatchBoth())
                                .catchUp(CatchUp.none())
                                .overlap(Overlap.QUEUE_ONE),
                        Schedule.every(HOUR.multipliedBy(7)).overlap(Overlap.SKIP),
                        Schedule.once(begin.plus(DAY)).payload(payload))
                .forEach(each -> {
                    schedules.put("all", each.payload() == null ? report : remind, each);
                    assertThat(schedules.get("all").schedule()).isEqualTo(each);
                });
    }

    @Test
    void runsCarryTheOptionsOfTheirSchedule() throws InterruptedException {
        schedules.put(
                "options",
                report,
                Schedule.cron("@hourly")
                        .options(TriggerOptions.none().name("nightly").tags("mine")));
        test.advance(HOUR);
        assertThat(runs("options")).singleElement().satisfies(run -> {
            assertThat(run.name()).isEqualTo("nightly");
            assertThat(run.tags()).containsExactly("mine", "schedule:options");
            assertThat(run.state()).isEqualTo(RunState.COMPLETED);
        });
    }
}
