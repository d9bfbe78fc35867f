package dev.errand.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.errand.InvalidPayloadException;
import dev.errand.QueueNotFoundException;
import dev.errand.RunQuery;
import dev.errand.Schedule;
import dev.errand.ScheduleNotFoundException;
import dev.errand.ScheduleQuery;
import dev.errand.ScheduleState;
import dev.errand.ScheduledTime;
import dev.errand.Schedules;
import dev.errand.Task;
import dev.errand.TaskNotFoundException;
import dev.errand.Timing;
import dev.errand.TriggerOptions;
import dev.errand.store.ScheduleChange;
import dev.errand.store.ScheduleEntry;
import dev.errand.store.Store;
import dev.errand.store.StoreProvider;
import dev.errand.store.StoreSettings;
import dev.errand.testkit.TestErrand;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Schedules that cannot be: refused at once with the reason, nothing stored; and what becomes of one that cannot fire any more. */
class RefusedScheduleTest {
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration DAY = Duration.ofDays(1);
    private static final Schedule IN_NO_QUEUE =
            Schedule.cron("@hourly").options(TriggerOptions.none().queue("nowhere"));

    record Customer(int number) {}

    private final Task<ScheduledTime, ?> report =
            Task.named("report", ScheduledTime.class).run((time, run) -> {});
    private final Task<Customer, ?> remind =
            Task.named("remind", Customer.class).run((customer, run) -> {});

    @TempDir
    private Path folder;

    private String url;
    private TestErrand test;
    private Schedules schedules;
    private Instant begin;

    @BeforeEach
    void open() {
        url = TestStore.url(folder);
        test = TestErrand.open(settings -> settings.store(url).tasks(report, remind));
        schedules = test.errand().schedules();
        begin = test.clock().instant();
    }

    @AfterEach
    void close() {
        test.close();
    }

    private void refused(Schedule schedule, String... parts) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> schedules.put("bad", report, schedule))
                .withMessageContainingAll(parts);
        assertThat(schedules.find("bad")).isEmpty();
    }

    @Test
    void whatNeverFires() {
        refused(Schedule.once(begin.minusSeconds(1)), "'bad' would never fire", "none of its times");
        refused(Schedule.once(begin.plusSeconds(1)).skip(1), "would never fire");
        refused(Schedule.cron("@daily").end(begin.plusSeconds(5)), "would never fire", "its end at 2026");
    }

    @Test
    void whatWouldNeverFireOnceItGoesOn() {
        schedules.put("paused", report, Schedule.cron("@daily"));
        schedules.pause("paused");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> schedules.put("paused", report, Schedule.once(begin.minusSeconds(1))))
                .withMessageContaining("would never fire");
        assertThat(schedules.get("paused").schedule()).isEqualTo(Schedule.cron("@daily"));
        assertThat(schedules
                        .put("paused", report, Schedule.once(begin.plus(DAY)))
                        .state())
                .isEqualTo(ScheduleState.PAUSED);
    }

    @Test
    void timesBeyondAllCalendars() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Schedule.once(Instant.MAX))
                .withMessageContainingAll("the time of the schedule is", "from 1 to 9999");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Schedule.every(HOUR).start(Instant.MIN))
                .withMessageContaining("the start is");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Schedule.every(HOUR).end(Instant.MAX))
                .withMessageContaining("the end is");
        Instant longAgo = Instant.parse("0001-01-01T00:00:00Z");
        assertThat(schedules
                        .put("old", report, Schedule.every(HOUR).start(longAgo))
                        .next())
                .isEqualTo(begin.plus(HOUR));
    }

    @Test
    void whatWasStoredBeyondAllCalendarsIsReadAllTheSame() throws InterruptedException {
        // given
        Instant far = Instant.parse("9998-01-01T00:00:00Z");
        schedules.put("late", report, Schedule.once(far));
        schedules.put("long", report, Schedule.every(HOUR).end(far));
        try (Store store = store()) {
            putBeyond(store, "late");
            putBeyond(store, "long");
        }
        // then
        Instant last = Instant.parse("9999-12-31T23:59:59.999999Z");
        assertThat(schedules.get("late").schedule().timing()).isEqualTo(new Timing.Once(last));
        assertThat(schedules.list(ScheduleQuery.all()).items())
                .extracting(info -> info.schedule().end())
                .containsExactly(null, last);
        schedules.pause("late");
        schedules.put("long", report, schedules.get("long").schedule().limit(2));
        test.advance(DAY);
        assertThat(schedules.get("long").firings()).isEqualTo(2);
        assertThat(schedules.resume("late").state()).isEqualTo(ScheduleState.ACTIVE);
        assertThat(schedules.delete("late")).isTrue();
    }

    /** As a version stored it that did not look. */
    private static void putBeyond(Store store, String key) {
        ScheduleEntry entry = store.schedules().find(key).orElseThrow();
        String definition = entry.definition().replace("\"9998-", "\"+12345-");
        assertThat(definition).isNotEqualTo(entry.definition());
        ScheduleEntry beyond = new ScheduleEntry(
                entry.id(),
                key,
                entry.task(),
                entry.declared(),
                definition,
                entry.progress(),
                entry.due(),
                entry.version());
        assertThat(store.schedules().change(List.of(new ScheduleChange(beyond, List.of()))))
                .hasSize(1);
    }

    @Test
    void whatFiredAsOftenAsItMay() throws InterruptedException {
        schedules.put("once", report, Schedule.every(HOUR).limit(1));
        test.advance(HOUR);
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> schedules.put("once", report, Schedule.every(DAY).limit(1)))
                .withMessageContaining("has fired 1 times already, and its limit is 1");
        assertThat(schedules.put("once", report, Schedule.every(DAY).limit(2)).next())
                .isNotNull();
    }

    @Test
    void whatIsWrongIsNamed() { // case 166
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Schedule.cron("61 * * * *"))
                .withMessageContainingAll("in the field minute, '61'", "legal are 0 to 59");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Schedule.cron("0 0 5 * * MON"))
                .withMessageContainingAll(
                        "'MON' is a field too many", "minute, hour, day of month, month, day of week");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Schedule.cron("@daily").zone("Europe/Berln"))
                .withMessageContainingAll("'Europe/Berln' is no time zone", "Europe/Berlin");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Schedule.cron("@daily").zone("tokio"))
                .withMessageContaining("Asia/Tokyo");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Schedule.every(Duration.ofMillis(999)))
                .withMessageContaining("from 1 s");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Schedule.cron("@daily").limit(0))
                .withMessageContaining("limit on firings is 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Schedule.cron("@daily").start(begin).end(begin))
                .withMessageContaining("before it starts");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> schedules.put(" ", report, Schedule.cron("@daily")))
                .withMessageContaining("no key");
    }

    @Test
    void aPayloadThatDoesNotFit() {
        assertThatExceptionOfType(InvalidPayloadException.class)
                .isThrownBy(() ->
                        schedules.put("bad", remind, Schedule.cron("@daily").payload("text")));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> schedules.put("bad", remind, Schedule.cron("@daily")))
                .withMessageContainingAll("has no payload", "remind takes a Customer", "ScheduledTime");
        assertThat(schedules.find("bad")).isEmpty();
    }

    @Test
    void whatIsNotThereIsNamedWithWhatMayHaveBeenMeant() {
        schedules.put("nightly", report, Schedule.cron("@daily"));
        assertThatExceptionOfType(ScheduleNotFoundException.class)
                .isThrownBy(() -> schedules.pause("nightli"))
                .withMessageContaining("nightly");
        assertThatExceptionOfType(TaskNotFoundException.class)
                .isThrownBy(() -> schedules.put("x", "reprot", Schedule.cron("@daily")))
                .withMessageContaining("report");
    }

    @Test
    void aQueueThatNobodyDeclared() {
        assertThatExceptionOfType(QueueNotFoundException.class)
                .isThrownBy(() -> schedules.put("bad", report, IN_NO_QUEUE))
                .withMessageContaining("nowhere");
        assertThat(schedules.find("bad")).isEmpty();
        Task<ScheduledTime, ?> bad =
                Task.named("bad", ScheduledTime.class).schedule(IN_NO_QUEUE).run((time, run) -> {});
        assertThatExceptionOfType(QueueNotFoundException.class)
                .isThrownBy(() -> test.errand().add(bad));
        assertThat(schedules.find("bad")).isEmpty();
        assertThat(test.errand().task("bad")).isEmpty();
    }

    @Test
    void oneThatCannotFireAnyMoreKeepsNoOtherAndIsTriedLater() throws InterruptedException {
        // given
        schedules.put("good", report, Schedule.cron("@hourly"));
        try (Store store = store()) {
            ScheduleEntry good = store.schedules().find("good").orElseThrow();
            String bad = good.definition().replace("\"options\":{}", "\"options\":{\"queue\":\"nowhere\"}");
            assertThat(bad).isNotEqualTo(good.definition());
            store.schedules()
                    .add(new ScheduleEntry(
                            "id", "bad", good.task(), false, bad, good.progress(), good.due(), good.version()));
            // when
            Instant due = begin.plus(HOUR);
            test.clock().set(due);
            // then
            Soon.await("the good one fires", () -> schedules.get("good").firings() == 1);
            Soon.await(
                    "the bad one waits",
                    () -> due.plus(Duration.ofMinutes(5))
                            .equals(store.schedules().find("bad").orElseThrow().due()));
            assertThat(test.errand().runs(RunQuery.all()).items())
                    .singleElement()
                    .satisfies(run -> assertThat(run.tags()).containsExactly("schedule:good"));
        }
    }

    /** As another process sees it. */
    private Store store() {
        return ServiceLoader.load(StoreProvider.class).stream()
                .map(ServiceLoader.Provider::get)
                .filter(each -> each.accepts(url))
                .findFirst()
                .orElseThrow()
                .open(new StoreSettings(url, null, Map.of(), test.clock()));
    }
}
