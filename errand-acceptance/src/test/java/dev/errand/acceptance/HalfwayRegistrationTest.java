package dev.errand.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.errand.NodeInfo;
import dev.errand.RunInfo;
import dev.errand.RunQuery;
import dev.errand.RunState;
import dev.errand.Schedule;
import dev.errand.ScheduledTime;
import dev.errand.StoreException;
import dev.errand.Task;
import dev.errand.testkit.TestErrand;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A store that goes away while a task is brought to an engine: after its definition, after its node's word, or with its schedules. */
class HalfwayRegistrationTest {
    private static final Duration HOUR = Duration.ofHours(1);

    @AutoClose
    private final TestErrand test =
            TestStore.open(settings -> settings.store(FailingStoreProvider.PREFIX + TestStore.url()));

    private final Instant begin = test.clock().instant();

    private static Task<ScheduledTime, String> report(String output, Schedule schedule) {
        return Task.named("report", ScheduledTime.class, String.class)
                .description(output)
                .schedule(schedule)
                .run((time, run) -> output);
    }

    private String runByHand() throws InterruptedException {
        return test.finish(test.errand().schedules().run("report"))
                .await(Duration.ZERO)
                .text();
    }

    private static void fails(Runnable deed) {
        assertThatExceptionOfType(StoreException.class).isThrownBy(deed::run).withMessage(FailingStoreProvider.GONE);
    }

    @ParameterizedTest
    @CsvSource({"declare,false", "declare,true", "serve,false", "serve,true", "add,false", "add,true"})
    void aTaskIsAddedTheNextTime(String method, boolean lost) throws InterruptedException {
        // given
        Task<ScheduledTime, String> hourly = report("first", Schedule.cron("@hourly"));
        FailingStoreProvider.failNext(method, lost);
        fails(() -> test.errand().add(hourly));
        // when
        test.errand().add(hourly);
        // then
        assertThat(test.errand().schedules().get("report").next()).isEqualTo(begin.plus(HOUR));
        assertThat(test.errand().nodes()).flatExtracting(NodeInfo::tasks).containsExactly("report");
        test.advance(HOUR);
        assertThat(test.errand().runs(RunQuery.all()).items())
                .extracting(RunInfo::state)
                .containsExactly(RunState.COMPLETED);
    }

    @ParameterizedTest
    @CsvSource({"declare,false", "declare,true", "serve,false", "serve,true", "change,false", "change,true"})
    void theOldCodeGoesOnUntilAnEditIsThrough(String method, boolean lost) throws InterruptedException {
        // given
        test.errand().add(report("first", Schedule.cron("@hourly")));
        Task<ScheduledTime, String> second = report("second", Schedule.cron("@daily"));
        FailingStoreProvider.failNext(method, lost);
        fails(() -> test.errand().edit(second));
        assertThat(runByHand()).isEqualTo("\"first\"");
        // when
        test.errand().edit(second);
        // then
        assertThat(runByHand()).isEqualTo("\"second\"");
        assertThat(test.errand().task("report").orElseThrow().description()).isEqualTo("second");
        assertThat(test.errand().schedules().get("report").next()).isEqualTo(begin.plus(Duration.ofDays(1)));
    }
}
