package dev.errand;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class LimitsTest {
    private static final Limits DECLARED = Limits.none()
            .concurrency(2)
            .rate(Rate.of(10, Duration.ofSeconds(1)))
            .onConflict(OnConflict.DROP)
            .maxPending(7);

    @Test
    void whatIsUnlimitedLiftsWhatWasDeclared() {
        Limits lifted = DECLARED.overriddenBy(
                        Limits.none().concurrency(Limits.UNLIMITED).rate(Rate.UNLIMITED))
                .lifted();
        assertThat(lifted).isEqualTo(Limits.none().maxPending(7));
    }

    @Test
    void anOverrideOfAnOverrideStillLifts() {
        Limits first = Limits.none().concurrency(Limits.UNLIMITED);
        Limits both = first.overriddenBy(Limits.none().maxPending(Limits.UNLIMITED));
        assertThat(DECLARED.overriddenBy(both).lifted())
                .isEqualTo(Limits.none().rate(Rate.of(10, Duration.ofSeconds(1))));
    }

    @Test
    void zeroIsALimitAndLessIsNone() {
        assertThat(Limits.none().concurrency(0).lifted().concurrency()).isZero();
        assertThat(Limits.none().maxPending(0).maxPending()).isZero();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Limits.none().concurrency(-1))
                .withMessageContaining("concurrency is -1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Limits.none().maxPending(-1))
                .withMessageContaining("maxPending is -1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Rate.of(-1, Duration.ofSeconds(1)))
                .withMessageContaining("-1");
    }

    @Test
    void anUnlimitedRateIsReadByItsName() {
        assertThat(Rate.parse("unlimited")).isEqualTo(Rate.UNLIMITED);
        assertThat(Rate.parse(Rate.UNLIMITED.toString())).isEqualTo(Rate.UNLIMITED);
    }
}
