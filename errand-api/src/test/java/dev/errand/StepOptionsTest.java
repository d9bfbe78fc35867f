package dev.errand;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.errand.StepOptions.Calls;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class StepOptionsTest {
    private final StepOptions none = StepOptions.none();

    @Test
    void eachMethodChangesACopy() {
        StepOptions options = none.key("order 7").atMostOnce().retryOn(IOException.class);
        assertThat(none.key()).isNull();
        assertThat(none.calls()).isEqualTo(Calls.AT_LEAST_ONCE);
        assertThat(options.key()).isEqualTo("order 7");
        assertThat(options.calls()).isEqualTo(Calls.AT_MOST_ONCE);
        assertThat(options.retryOn()).containsExactly(IOException.class);
        assertThat(none.always().calls()).isEqualTo(Calls.ALWAYS);
        assertThat(none.retry()).isNull();
        assertThat(none.retry(Retry.exponential()).key("order 7").retry()).isEqualTo(Retry.exponential());
    }

    @Test
    void whatMakesNoSenseIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> none.key(""))
                .withMessageContaining("a step's key has 1 to 512 characters");
        assertThatIllegalArgumentException().isThrownBy(() -> none.key("x".repeat(513)));
        assertThatIllegalArgumentException().isThrownBy(() -> none.key("\0"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> none.key("a").always())
                .withMessageContaining("always");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> none.retryOn(IOException.class))
                .withMessageContaining("at most once");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> none.atMostOnce().retryOn(IOException.class).always());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> none.retry(Retry.exponential()).atMostOnce())
                .withMessageContaining("at least once");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> none.retry(Retry.byHand(3)))
                .withMessageContaining("by themselves");
    }
}
