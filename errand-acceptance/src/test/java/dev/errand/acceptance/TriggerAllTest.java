package dev.errand.acceptance;

import static dev.errand.acceptance.Soon.SOON;
import static dev.errand.testkit.ErrandAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.errand.Durations;
import dev.errand.InvalidPayloadException;
import dev.errand.Json;
import dev.errand.RescheduleAnswer;
import dev.errand.Run;
import dev.errand.RunQuery;
import dev.errand.RunState;
import dev.errand.Task;
import dev.errand.TaskNotFoundException;
import dev.errand.TriggerOptions;
import dev.errand.TriggerRequest;
import dev.errand.testkit.SettableClock;
import dev.errand.testkit.TestErrand;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Triggers with a time, a place in line, and in numbers. */
class TriggerAllTest {
    private static final Instant T = SettableClock.START;
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Duration HOUR = Duration.ofHours(1);

    private final Gate gate = new Gate();
    private final List<String> order = new CopyOnWriteArrayList<>();
    private final Task<Integer, Integer> twice =
            Task.named("double", Integer.class, Integer.class).run((payload, run) -> 2 * payload);
    private final Task<String, String> shout =
            Task.named("shout", String.class, String.class).run((payload, run) -> payload + "!");
    private final Task<String, ?> line = Task.named("line", String.class).run((payload, run) -> {
        order.add(payload);
        gate.pass();
    });

    @AutoClose
    private final TestErrand test = TestStore.open(twice, shout, line);

    @Test
    void runsOfOneTaskComeInTheOrderOfTheirPayloads() throws InterruptedException {
        List<Run<Integer>> runs = test.errand()
                .triggerAll(twice, IntStream.range(0, 1_500).boxed().toList());
        for (int i = 0; i < runs.size(); i++) {
            assertThat(runs.get(i).await(SOON)).isEqualTo(2 * i);
        }
    }

    @Test
    void runsOfDifferentTasksShareACommit() throws InterruptedException {
        List<Run<Json>> runs = test.errand()
                .triggerAll(List.of(
                        TriggerRequest.of("double", 4),
                        TriggerRequest.of("SHOUT", "hey"),
                        new TriggerRequest(
                                "double", new Json("5"), TriggerOptions.none().after(Duration.ofHours(1)))));
        test.runUntilIdle();
        assertThat(runs.get(0)).hasOutput(new Json("8"));
        assertThat(runs.get(1)).hasOutput(new Json("\"hey!\""));
        assertThat(runs.get(2)).hasState(RunState.DELAYED);
    }

    @Test
    void oneThatIsRefusedMeansNone() {
        assertThatExceptionOfType(InvalidPayloadException.class)
                .isThrownBy(() -> test.errand()
                        .triggerAll(List.of(TriggerRequest.of("double", 4), TriggerRequest.of("double", "four"))));
        assertThatExceptionOfType(TaskNotFoundException.class)
                .isThrownBy(() -> test.errand()
                        .triggerAll(List.of(TriggerRequest.of("double", 4), TriggerRequest.of("ghost", 4))));
        assertThat(test.errand().runs(RunQuery.all()).items()).isEmpty();
    }

    @Test
    void noneIsAllowed() {
        assertThat(test.errand().triggerAll(List.of())).isEmpty();
        assertThat(test.errand().triggerAll(twice, List.of())).isEmpty();
    }

    @Test
    void aHeadStartCountsInSeconds() throws InterruptedException { // case 140
        test.errand().concurrency(1);
        test.errand().trigger(line, "first");
        gate.awaitArrivals(1);
        test.errand().trigger(line, "plain");
        test.clock().advance(Duration.ofSeconds(8));
        test.errand().trigger(line, "ten", TriggerOptions.none().priority(10));
        test.errand().trigger(line, "five", TriggerOptions.none().priority(5));
        gate.open();
        test.runUntilIdle();
        assertThat(order).containsExactly("first", "ten", "plain", "five");
    }

    @Test
    void aRunThatMayNotWaitLongerExpires() throws InterruptedException { // case 143
        test.errand().concurrency(1);
        test.errand().trigger(line, "first");
        gate.awaitArrivals(1);
        Run<?> late = test.errand()
                .trigger(
                        line,
                        "late",
                        TriggerOptions.none().after(Duration.ofMinutes(10)).ttl(Duration.ofHours(1)));
        test.clock().advance(Duration.ofMinutes(69));
        Soon.await("it is due", () -> late.state() == RunState.QUEUED);
        test.clock().advance(Duration.ofMinutes(1));
        assertThat(late).endsWithin(SOON).hasState(RunState.EXPIRED).hasAttempts(0);
        assertThat(late.info().endedAt()).isEqualTo(T.plus(Duration.ofMinutes(70)));
        gate.open();
        test.runUntilIdle();
        assertThat(order).containsExactly("first");
    }

    @Test
    void theTriggersZeroLetsARunWaitForEver() throws InterruptedException { // case 144
        test.errand().edit(line.withOptions(line.options().withTtl(Duration.ofMinutes(10))));
        test.errand().concurrency(1);
        test.errand().trigger(line, "first");
        gate.awaitArrivals(1);
        Run<?> patient =
                test.errand().trigger(line, "patient", TriggerOptions.none().ttl(Duration.ZERO));
        Run<?> usual = test.errand().trigger(line, "usual");
        test.clock().advance(Duration.ofHours(1));
        assertThat(usual).endsWithin(SOON).hasState(RunState.EXPIRED);
        gate.open();
        assertThat(patient).endsWithin(SOON).isCompleted();
    }

    @Test
    void aRunThatIsMovedMayWaitAsLongAsBefore() throws InterruptedException { // cases 141 and 143
        test.errand().concurrency(1);
        test.errand().trigger(line, "first");
        gate.awaitArrivals(1);
        TriggerOptions later = TriggerOptions.none().after(MINUTE);
        Run<?> byTtl = test.errand().trigger(line, "ttl", later.ttl(HOUR));
        Run<?> byTimeout = test.errand().trigger(line, "timeout", later.timeout(HOUR.plus(MINUTE)));
        for (Run<?> run : List.of(byTtl, byTimeout)) {
            assertThat(run.reschedule(T.plus(HOUR))).isEqualTo(RescheduleAnswer.RESCHEDULED);
        }
        test.clock().advance(HOUR.plus(HOUR).minusMillis(1));
        Soon.await("it is due", () -> byTtl.state() == RunState.QUEUED);
        test.clock().advance(Duration.ofMillis(1));
        assertThat(byTtl).endsWithin(SOON).hasState(RunState.EXPIRED);
        assertThat(byTtl.info().endedAt()).isEqualTo(T.plus(HOUR).plus(HOUR));
        assertThat(byTimeout).hasState(RunState.QUEUED);
        test.clock().advance(MINUTE);
        assertThat(byTimeout).endsWithin(SOON).hasState(RunState.EXPIRED);
        gate.open();
        test.runUntilIdle();
        assertThat(order).containsExactly("first");
    }

    @Test
    void theTriggersTtlGoesOverTheTasksAndThatOverTheEngines() { // section 4.2
        Task<String, ?> own = Task.named("own", String.class).ttl(MINUTE).run((payload, run) -> {});
        Task<String, ?> patient =
                Task.named("patient", String.class).ttl(Duration.ZERO).run((payload, run) -> {});
        try (TestErrand other = TestStore.open(
                settings -> settings.ttl(HOUR).tasks(line, own, patient).concurrency(1))) {
            TriggerOptions later = TriggerOptions.none().after(HOUR);
            assertThat(expiry(other, line, later)).isEqualTo(T.plus(HOUR).plus(HOUR));
            assertThat(expiry(other, own, later)).isEqualTo(T.plus(HOUR).plus(MINUTE));
            assertThat(expiry(other, own, later.ttl(HOUR)))
                    .isEqualTo(T.plus(HOUR).plus(HOUR));
            assertThat(expiry(other, patient, later)).isNull();
            assertThat(expiry(other, line, later.ttl(Duration.ZERO))).isNull();
            assertThat(other.errand().task("line").orElseThrow().ttl()).isEqualTo(HOUR);
        }
    }

    private static @Nullable Instant expiry(TestErrand errand, Task<String, ?> task, TriggerOptions options) {
        return errand.errand().trigger(task, "x", options).info().expiresAt();
    }

    @Test
    void aDelayedRunStartsWhenItIsDueAndNotBefore() throws InterruptedException { // case 142
        gate.open();
        Run<?> run = test.errand().trigger(line, "x", TriggerOptions.none().after(Durations.parse("1h52m18s")));
        assertThat(run.info().dueAt()).isEqualTo(T.plusSeconds(6_738));
        test.advance(Duration.ofSeconds(6_738).minusMillis(1));
        assertThat(run).hasState(RunState.DELAYED);
        test.advance(Duration.ofMillis(1));
        assertThat(run).isCompleted();
        assertThat(run.info().startedAt()).isEqualTo(T.plusSeconds(6_738));
    }

    @Test
    void anInstantInThePastStartsAtOnce() throws InterruptedException { // case 84
        Run<Integer> run = test.errand().trigger(twice, 1, TriggerOptions.none().at(T.minus(Duration.ofMinutes(10))));
        assertThat(run.await(SOON)).isEqualTo(2);
    }

    @Test
    void anInstantNobodyLivesToSeeIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        test.errand().trigger(twice, 1, TriggerOptions.none().at(Instant.MAX)))
                .withMessageContaining("hundred years");
        Run<Integer> delayed =
                test.errand().trigger(twice, 1, TriggerOptions.none().after(Duration.ofHours(1)));
        assertThatIllegalArgumentException().isThrownBy(() -> delayed.reschedule(Instant.MAX));
        assertThat(delayed).hasState(RunState.DELAYED);
    }
}
