package dev.errand.engine.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.CatchUp;
import dev.errand.Overlap;
import dev.errand.Schedule;
import dev.errand.ScheduleState;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DecisionTest {
    private static final Instant MIDNIGHT = Instant.parse("2026-05-01T00:00:00Z");
    private static final Schedule HOURLY = Schedule.cron("@hourly");
    private static final List<String> NONE = List.of();
    private static final List<String> ONE = List.of("run_1");

    private static Instant hour(int hour) {
        return MIDNIGHT.plus(Duration.ofHours(hour));
    }

    private static Progress from(@Nullable Instant next) {
        return Progress.begin(MIDNIGHT, next);
    }

    private static Decision decide(Schedule schedule, Instant next, List<String> open, Instant now) {
        return Decision.of(schedule, "key", from(next), open, now);
    }

    @Test
    void beforeItsTimeNothingFires() {
        Decision decision = decide(HOURLY, hour(1), NONE, hour(1).minusMillis(1));
        assertThat(decision.fire()).isEmpty();
        assertThat(decision.after().next()).isEqualTo(hour(1));
    }

    @Test
    void atItsTimeItFiresAndMovesOn() {
        Decision decision = decide(HOURLY, hour(1), NONE, hour(1).plusMillis(3));
        assertThat(decision.fire()).containsExactly(hour(1));
        assertThat(decision.after().next()).isEqualTo(hour(2));
        assertThat(decision.after().previous()).isEqualTo(hour(1));
        assertThat(decision.after().fired()).isEqualTo(1);
    }

    @Test
    void whatIsLateByAMinuteAtMostFiresEachTimeWhateverIsCaughtUp() {
        Schedule often = Schedule.every(Duration.ofSeconds(10)).catchUp(CatchUp.none());
        Decision decision = decide(often, MIDNIGHT.plusSeconds(10), NONE, MIDNIGHT.plusSeconds(70));
        assertThat(decision.fire())
                .containsExactlyElementsOf(Stream.of(10, 20, 30, 40, 50, 60, 70)
                        .map(MIDNIGHT::plusSeconds)
                        .toList());
        assertThat(decision.after().next()).isEqualTo(MIDNIGHT.plusSeconds(80));
    }

    @Test
    void afterADowntimeTheLatestFiresOnce() { // case 168, the decision
        Decision decision = decide(HOURLY, hour(1), NONE, hour(5).plusSeconds(1_800));
        assertThat(decision.fire()).containsExactly(hour(5));
        assertThat(decision.after().next()).isEqualTo(hour(6));
    }

    @Test
    void withoutCatchingUpWhatIsMissedIsMissed() {
        Schedule strict = HOURLY.catchUp(CatchUp.none());
        assertThat(decide(strict, hour(1), NONE, hour(5).plusSeconds(1_800)).fire())
                .isEmpty();
        assertThat(decide(strict, hour(1), NONE, hour(5).plusSeconds(59)).fire())
                .containsExactly(hour(5));
        assertThat(decide(strict, hour(1), NONE, hour(5).plusSeconds(1_800))
                        .after()
                        .next())
                .isEqualTo(hour(6));
    }

    @Test
    void allThatWereMissedFireUpToABound() {
        Instant now = hour(5).plusSeconds(1_800);
        assertThat(decide(HOURLY.catchUp(CatchUp.all(100)), hour(1), NONE, now).fire())
                .containsExactly(hour(1), hour(2), hour(3), hour(4), hour(5));
        assertThat(decide(HOURLY.catchUp(CatchUp.all(2)), hour(1), NONE, now).fire())
                .containsExactly(hour(4), hour(5));
    }

    @Test
    void theLimitCountsFirings() {
        Schedule twice = HOURLY.limit(2).catchUp(CatchUp.all(100));
        Decision decision = decide(twice, hour(1), NONE, hour(5).plusSeconds(1_800));
        assertThat(decision.fire()).containsExactly(hour(4), hour(5));
        assertThat(decision.after().state()).isEqualTo(ScheduleState.COMPLETED);
        assertThat(decision.after().next()).isNull();
    }

    @Test
    void theEndIsNoTimeOfItsOwn() {
        Decision decision = decide(HOURLY.end(hour(2)), hour(1), NONE, hour(1));
        assertThat(decision.fire()).containsExactly(hour(1));
        assertThat(decision.after().state()).isEqualTo(ScheduleState.COMPLETED);
    }

    @Test
    void oneOffsFireOnceHoweverLate() {
        Decision decision = decide(Schedule.once(hour(1)), hour(1), NONE, hour(1_000));
        assertThat(decision.fire()).containsExactly(hour(1));
        assertThat(decision.after().state()).isEqualTo(ScheduleState.COMPLETED);
    }

    @Test
    void aFiringIsPassedOverWhileARunIsOpen() {
        Schedule skips = HOURLY.overlap(Overlap.SKIP);
        Decision decision = decide(skips, hour(1), ONE, hour(1));
        assertThat(decision.fire()).isEmpty();
        assertThat(decision.after().fired()).isZero();
        assertThat(decision.after().previous()).isNull();
        assertThat(decision.after().next()).isEqualTo(hour(2));
        assertThat(decision.after().open()).isEqualTo(ONE);
        assertThat(decide(skips, hour(1), NONE, hour(1)).fire()).containsExactly(hour(1));
    }

    @Test
    void theOldIsCancelledOnlyIfSomethingFires() {
        Schedule cancels = HOURLY.overlap(Overlap.CANCEL_OLD);
        assertThat(decide(cancels, hour(1), ONE, hour(1)).cancelOld()).isTrue();
        assertThat(decide(cancels, hour(1), NONE, hour(1)).cancelOld()).isFalse();
        assertThat(decide(cancels, hour(1), ONE, hour(0)).cancelOld()).isFalse();
    }

    @Test
    void oneFiringWaitsForTheEndOfTheOpenRunAndOthersArePassedOver() {
        // given
        Schedule queues = HOURLY.overlap(Overlap.QUEUE_ONE);
        // when
        Progress one = decide(queues, hour(1), ONE, hour(1)).after();
        Progress two = Decision.of(queues, "key", one, ONE, hour(2)).after();
        // then
        assertThat(one.waiting()).isEqualTo(hour(1));
        assertThat(two.waiting()).isEqualTo(hour(1));
        assertThat(two.fired()).isZero();
        // when
        Decision end = Decision.of(queues, "key", two, NONE, hour(2).plusSeconds(5));
        // then
        assertThat(end.fire()).containsExactly(hour(1));
        assertThat(end.after().waiting()).isNull();
        assertThat(end.after().next()).isEqualTo(hour(3));
    }

    @Test
    void aFiringThatWaitsIsCompletedByItsRunOnly() {
        Schedule last = HOURLY.overlap(Overlap.QUEUE_ONE).limit(1);
        Progress waits = decide(last, hour(1), ONE, hour(1)).after();
        assertThat(waits.state()).isEqualTo(ScheduleState.ACTIVE);
        assertThat(waits.next()).isNull();
        Decision end = Decision.of(last, "key", waits, NONE, hour(1).plusSeconds(5));
        assertThat(end.fire()).containsExactly(hour(1));
        assertThat(end.after().state()).isEqualTo(ScheduleState.COMPLETED);
    }

    @Test
    void theWindowShiftsAFiringButNotItsTime() {
        Schedule spread = HOURLY.spread(Duration.ofMinutes(30));
        Duration offset = spread.offset("key");
        assertThat(offset).isPositive().isLessThan(Duration.ofMinutes(30));
        assertThat(decide(spread, hour(1), NONE, hour(1).plus(offset).minusMillis(1))
                        .fire())
                .isEmpty();
        assertThat(decide(spread, hour(1), NONE, hour(1).plus(offset)).fire()).containsExactly(hour(1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"* * * * *", "0 0 29 2 *", "*/7 3 * * MON", "59 23 31 12 *"})
    void theLatestTimesAreFoundInLeapsAsStepByStep(String cron) {
        Schedule schedule = Schedule.cron(cron).zone("America/New_York");
        Times times = new Times(schedule, MIDNIGHT);
        Instant first = times.next(MIDNIGHT);
        assertThat(first).isNotNull();
        for (Duration ahead :
                List.of(Duration.ZERO, Duration.ofMinutes(61), Duration.ofDays(20), Duration.ofDays(400))) {
            Instant until = first.plus(ahead);
            List<Instant> steps = Stream.iterate(first, at -> !at.isAfter(until), at -> times.next(at))
                    .toList();
            int most = 3;
            assertThat(times.latest(first, until, most))
                    .isEqualTo(steps.subList(Math.max(0, steps.size() - most), steps.size()));
        }
    }
}
