package dev.errand.acceptance;

import static dev.errand.testkit.ErrandAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.errand.Debounce;
import dev.errand.Run;
import dev.errand.Task;
import dev.errand.TriggerOptions;
import dev.errand.testkit.SettableClock;
import dev.errand.testkit.TestErrand;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A burst of triggers is one run. */
class DebounceTest {
    private static final Instant T = SettableClock.START;
    private static final Duration FIVE = Duration.ofSeconds(5);

    private final Task<String, String> index =
            Task.named("index", String.class, String.class).run((payload, run) -> payload);

    @AutoClose
    private final TestErrand test = TestStore.open(index);

    private Run<String> trigger(String payload, Debounce debounce) {
        return test.errand().trigger(index, payload, TriggerOptions.none().debounce(debounce));
    }

    @ParameterizedTest
    @CsvSource({"false, 1", "true, 3"})
    void aBurstIsOneRunWithTheFirstPayloadOrTheLast(boolean trailing, String expected) // case 149
            throws InterruptedException {
        Debounce debounce = trailing ? Debounce.of("d", FIVE).trailing() : Debounce.of("d", FIVE);
        Run<String> run = trigger("1", debounce);
        assertThat(run.isHit()).isFalse();
        test.advance(Duration.ofSeconds(3));
        assertThat(trigger("2", debounce).isHit()).isTrue();
        test.advance(Duration.ofSeconds(3));
        assertThat(trigger("3", debounce).id()).isEqualTo(run.id());
        test.advance(Duration.ofSeconds(10));
        assertThat(run).isCompleted().hasOutput(expected);
        assertThat(run.info().startedAt()).isEqualTo(T.plusSeconds(11));
        assertThat(test.errand().runs(dev.errand.RunQuery.all()).items()).hasSize(1);
    }

    @Test
    void anEndlessBurstStartsAtItsBound() throws InterruptedException { // case 150
        Debounce debounce = Debounce.of("d", FIVE).atMost(Duration.ofSeconds(30));
        Set<Run<String>> all = new LinkedHashSet<>();
        Run<String> first = trigger("0", debounce);
        all.add(first);
        for (int second = 2; second <= 40; second += 2) {
            test.advance(Duration.ofSeconds(2));
            all.add(trigger("" + second, debounce));
        }
        assertThat(first).isCompleted();
        assertThat(first.info().startedAt()).isEqualTo(T.plusSeconds(30));
        assertThat(all.stream().map(Run::id).distinct()).hasSize(2);
    }

    @Test
    void aRunThatIsMovedAwakesNobodyInVainAndStartsInTime() throws InterruptedException {
        Run<String> run = trigger("1", Debounce.of("d", FIVE));
        trigger("2", Debounce.of("d", Duration.ofHours(1)));
        test.advance(FIVE);
        assertThat(run.info().dueAt()).isEqualTo(T.plus(Duration.ofHours(1)));
        test.advance(Duration.ofHours(1).minus(FIVE));
        assertThat(run).isCompleted();
    }

    @Test
    void aDelayThatReachesItsBoundIsRefused() {
        assertThatThrownBy(() -> Debounce.of("d", FIVE).atMost(FIVE))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a debounce delay of 5s reaches its bound of 5s; it must be shorter");
        assertThatThrownBy(() -> Debounce.of("d", Duration.ZERO)).hasMessageContaining("is zero");
        assertThatThrownBy(() -> Debounce.of("d".repeat(513), FIVE)).hasMessageContaining("1 to 512 characters");
        assertThatThrownBy(() ->
                        TriggerOptions.none().debounce(Debounce.of("d", FIVE)).after(FIVE))
                .hasMessageContaining("no delay or instant besides");
        assertThatThrownBy(() -> test.errand()
                        .triggerAll(
                                index, List.of("1", "2"), TriggerOptions.none().debounce(Debounce.of("d", FIVE))))
                .hasMessageContaining("would make them one run");
    }
}
