package dev.errand.compare;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.compare.Targets.Target;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TargetsTest {
    private final Figures errand = new Figures();
    private final Figures graphile = new Figures();

    private Target target(String title) {
        List<Target> all = Targets.of(Map.of(Contestant.ERRAND, errand, Contestant.GRAPHILE_WORKER, graphile), null);
        return all.stream()
                .filter(target -> target.title().startsWith(title))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aRatioIsThatOfTheMediansOfTheRounds() {
        errand.add(Metric.DRAIN, 200_000);
        errand.add(Metric.DRAIN, 180_000);
        errand.add(Metric.DRAIN, 40_000);
        graphile.add(Metric.DRAIN, 60_000);

        Target target = target("drain / graphile-worker");

        assertThat(target.reached()).isEqualTo(3);
        assertThat(target.met()).isTrue();
    }

    @Test
    void whatIsToBeSmallMayNotBeLarger() {
        errand.add(Metric.P99_100, 2.51);

        assertThat(target("trigger→start at 100/s, p99").met()).isFalse();
    }

    @Test
    void whatWasNotMeasuredIsNeitherMetNorMissed() {
        errand.add(Metric.DRAIN, 1);

        assertThat(target("drain / pg-boss").known()).isFalse();
    }
}
