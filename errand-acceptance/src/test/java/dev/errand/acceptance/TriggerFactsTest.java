package dev.errand.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.errand.Batch;
import dev.errand.BatchOptions;
import dev.errand.IdempotencyKey;
import dev.errand.Json;
import dev.errand.Run;
import dev.errand.RunId;
import dev.errand.RunInfo;
import dev.errand.RunQuery;
import dev.errand.Schedule;
import dev.errand.ScheduleInfo;
import dev.errand.Task;
import dev.errand.TriggerOptions;
import dev.errand.TriggerRequest;
import dev.errand.testkit.TestErrand;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** What a run keeps of where it came from. */
class TriggerFactsTest {
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration TTL = Duration.ofHours(3);

    @AutoClose
    private final TestErrand test = TestStore.open(
            Task.named("echo", Json.class, Json.class).ttl(TTL).run((payload, run) -> payload),
            Task.named("nest", Integer.class, Integer.class).run((depth, run) -> {
                if (depth > 0) {
                    run.trigger("nest", depth - 1, TriggerOptions.none());
                }
                return depth;
            }));

    /** A run that has yet to start. */
    private RunInfo echo(TriggerOptions options) {
        return test.errand().trigger("echo", null, options.after(HOUR)).info();
    }

    private List<RunId> list(RunQuery query) {
        return test.errand().runs(query).items().stream().map(RunInfo::id).toList();
    }

    @Test
    void theTimeToLiveIsWhatTheTriggerSaid() {
        assertThat(echo(TriggerOptions.none().ttl(Duration.ofSeconds(90))).ttl())
                .isEqualTo(Duration.ofSeconds(90));
        RunInfo forEver = echo(TriggerOptions.none().ttl(Duration.ZERO));
        assertThat(forEver.ttl()).isZero();
        assertThat(forEver.expiresAt()).isNull();
        RunInfo asTheTaskSays = echo(TriggerOptions.none());
        assertThat(asTheTaskSays.ttl()).isNull();
        assertThat(asTheTaskSays.expiresAt())
                .isEqualTo(asTheTaskSays.createdAt().plus(HOUR).plus(TTL));
    }

    @Test
    void aTestIsOneInListsAndInItsReplaysToo() throws InterruptedException {
        RunId real = echo(TriggerOptions.none()).id();
        Run<Json> run =
                test.errand().trigger("echo", null, TriggerOptions.none().asTest());
        RunId again = test.finish(run).replay().id();
        assertThat(list(RunQuery.all().test(true))).containsExactly(again, run.id());
        assertThat(list(RunQuery.all().test(false))).containsExactly(real);
        assertThat(list(RunQuery.all())).hasSize(3);
    }

    @Test
    void aKeyIsShownAsItsUserWroteItAndHeldAsItIs() {
        IdempotencyKey key = IdempotencyKey.of("5e884898da28");
        RunInfo first = echo(TriggerOptions.none().idempotencyKey(key.shownAs("order \"7\"")));
        assertThat(first.keyText()).isEqualTo("order \"7\"");
        assertThat(first.idempotencyKey()).isEqualTo("5e884898da28");
        Run<Json> again =
                test.errand().trigger("echo", null, TriggerOptions.none().idempotencyKey(key));
        assertThat(again.id()).isEqualTo(first.id());
        assertThat(test.errand().resetKey("echo", "order \"7\"")).isFalse();
        assertThat(test.errand().resetKey("echo", "5e884898da28")).isTrue();
        assertThat(echo(TriggerOptions.none().idempotencyKey("plain")).keyText())
                .isNull();
        assertThatIllegalArgumentException().isThrownBy(() -> key.shownAs(""));
    }

    @Test
    void howDeepARunLiesIsKeptWithIt() throws InterruptedException {
        test.errand().trigger("nest", 3);
        test.runUntilIdle();
        List<RunInfo> runs = test.errand().runs(RunQuery.all().tasks("nest")).items();
        assertThat(runs).extracting(RunInfo::depth).containsExactly(3, 2, 1, 0);
    }

    @Test
    void aRunKnowsTheScheduleThatTriggeredIt() throws InterruptedException {
        ScheduleInfo hourly = test.errand()
                .schedules()
                .put("hourly", "echo", Schedule.every(HOUR).payload(Map.of()));
        RunId own = echo(TriggerOptions.none()).id();
        test.advance(HOUR);
        RunInfo fired =
                test.errand().runs(RunQuery.all().schedule(hourly.id())).items().getFirst();
        assertThat(fired.schedule()).isEqualTo(hourly.id());
        assertThat(list(RunQuery.all().schedule(hourly.id()))).doesNotContain(own);
        assertThat(list(RunQuery.all().schedule("sched_unknown"))).isEmpty();
    }

    @Test
    void aRunKnowsItsBatch() {
        Batch<Json> batch = test.errand()
                .triggerBatch(List.of(TriggerRequest.of("echo", 1), TriggerRequest.of("echo", 2)), BatchOptions.none());
        echo(TriggerOptions.none());
        List<RunInfo> runs =
                test.errand().runs(RunQuery.all().batch(batch.id())).items();
        assertThat(runs).hasSize(2).extracting(RunInfo::batch).containsOnly(batch.id());
    }
}
