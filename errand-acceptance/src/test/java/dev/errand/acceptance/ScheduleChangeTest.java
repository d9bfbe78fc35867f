package dev.errand.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.errand.Json;
import dev.errand.Overlap;
import dev.errand.RunQuery;
import dev.errand.Schedule;
import dev.errand.ScheduleInfo;
import dev.errand.ScheduleQuery;
import dev.errand.ScheduledTime;
import dev.errand.Schedules;
import dev.errand.Task;
import dev.errand.TaskNotFoundException;
import dev.errand.testkit.TestErrand;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Changes to schedules that follow from what is there; and lists that are counted. */
class ScheduleChangeTest {
    private static final Schedule HOURLY = Schedule.cron("@hourly");

    private final TestErrand test = TestStore.open(
            Task.named("report", ScheduledTime.class).run((time, run) -> {}),
            Task.named("other", Json.class).run((payload, run) -> {}),
            Task.named("coded", ScheduledTime.class).schedule(HOURLY).run((time, run) -> {}));
    private final Schedules schedules = test.errand().schedules();

    private static Schedule counted(Schedule there) {
        return there.externalId(String.valueOf(Integer.parseInt(String.valueOf(there.externalId())) + 1));
    }

    @AfterEach
    void close() {
        test.close();
    }

    @Test
    void aChangeIsMadeToWhatIsThere() {
        ScheduleInfo made =
                schedules.put("d", "report", HOURLY.overlap(Overlap.SKIP).externalId("x"));
        Optional<ScheduleInfo> changed = schedules.change(made.id(), "other", there -> there.externalId("y"));
        assertThat(changed).contains(schedules.get("d"));
        assertThat(changed.orElseThrow().id()).isEqualTo(made.id());
        assertThat(changed.orElseThrow().task()).isEqualTo("other");
        assertThat(changed.orElseThrow().schedule())
                .isEqualTo(HOURLY.overlap(Overlap.SKIP).externalId("y"));
    }

    @Test
    void nothingIsChangedThatIsNotThere() {
        String id = schedules.put("gone", "report", HOURLY).id();
        schedules.delete("gone");
        assertThat(schedules.change("gone", "report", there -> there)).isEmpty();
        assertThat(schedules.change(id, "report", there -> there)).isEmpty();
        assertThat(schedules.find("gone")).isEmpty();
    }

    @Test
    void ofChangesAtTheSameTimeNoneIsLost() throws Exception {
        schedules.put("d", "report", HOURLY.externalId("0"));
        Callable<Boolean> changer = () -> {
            for (int i = 0; i < 10; i++) {
                schedules.change("d", "report", ScheduleChangeTest::counted);
            }
            return true;
        };
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<Boolean> end : threads.invokeAll(List.of(changer, changer, changer))) {
                end.get();
            }
        }
        assertThat(schedules.get("d").schedule().externalId()).isEqualTo("30");
    }

    @Test
    void aChangeThatIsRefusedChangesNothing() {
        ScheduleInfo made = schedules.put("d", "report", HOURLY);
        assertThatExceptionOfType(TaskNotFoundException.class)
                .isThrownBy(() -> schedules.change("d", "reprot", there -> there));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> schedules.change(
                        "d", "report", there -> there.end(test.clock().instant().plusSeconds(1))));
        assertThatExceptionOfType(UnsupportedOperationException.class)
                .isThrownBy(() -> schedules.change("d", "report", there -> {
                    throw new UnsupportedOperationException();
                }));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> schedules.change("coded", "coded", there -> there.externalId("x")))
                .withMessageContaining("stands in the code of task coded");
        assertThat(schedules.get("d")).isEqualTo(made);
    }

    @Test
    void nobodyFindsWhatNoDatabaseTakes() {
        for (String key : List.of("a\0b", "\ud800")) {
            assertThat(schedules.find(key)).isEmpty();
            assertThat(schedules.change(key, "report", there -> there)).isEmpty();
            assertThat(schedules.delete(key)).isFalse();
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> schedules.put(key, "report", HOURLY))
                    .withMessageContaining("no key");
        }
        assertThat(schedules.put("\ud83d\ude00", "report", HOURLY).key()).isEqualTo("\ud83d\ude00");
    }

    @Test
    void pagesMayBeCounted() {
        for (String key : List.of("a", "b", "c", "d", "e")) {
            schedules.put(key, key.equals("b") ? "other" : "report", HOURLY);
        }
        ScheduleQuery all = ScheduleQuery.all();
        assertThat(schedules.count(all)).isEqualTo(6);
        assertThat(schedules.count(all.task("REPORT").limit(1).skip(3))).isEqualTo(4);
        assertThat(schedules.list(all.limit(2).skip(3)).items())
                .extracting(ScheduleInfo::key)
                .containsExactly("coded", "d");
        List<String> walked = new ArrayList<>();
        ScheduleQuery query = all.task("report").skip(1).limit(1);
        while (true) {
            var page = schedules.list(query);
            page.items().forEach(info -> walked.add(info.key()));
            if (page.cursor() == null) {
                break;
            }
            query = query.after(page.cursor());
        }
        assertThat(walked).containsExactly("c", "d", "e");
        assertThatIllegalArgumentException().isThrownBy(() -> all.skip(-1));
    }

    @Test
    void aFiringHasTheNamesThatOthersKnowToo() throws InterruptedException {
        ScheduleInfo made = schedules.put("d", "other", HOURLY);
        test.advance(Duration.ofHours(1));
        assertThat(test.errand()
                        .runs(RunQuery.all().schedule(made.id()))
                        .items()
                        .getFirst()
                        .payload()
                        .text())
                .contains(
                        "\"scheduleId\":\"" + made.id() + "\"",
                        "\"type\":\"IMPERATIVE\"",
                        "\"timestamp\":\"" + made.next() + "\"",
                        "\"timezone\":\"UTC\"",
                        "\"upcoming\":[\"")
                .doesNotContain("null", "lastTimestamp", "externalId");
    }
}
