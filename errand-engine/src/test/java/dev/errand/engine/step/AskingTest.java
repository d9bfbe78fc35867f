package dev.errand.engine.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.errand.RunId;
import dev.errand.StoreException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class AskingTest {
    private final AtomicInteger asked = new AtomicInteger();

    private String away() {
        throw new StoreException("away at question " + asked.incrementAndGet());
    }

    @Test
    void aStoreThatComesBackIsAskedUntilItAnswers() {
        Asking asking = new Asking(RunId.next(), () -> false, Asking.PATIENCE);
        assertThat(asking.answer(() -> asked.get() < 2 ? away() : "here")).isEqualTo("here");
    }

    @Test
    void aStoreThatStaysAwayIsNotAskedForEver() {
        Asking asking = new Asking(RunId.next(), () -> false, Duration.ofMillis(50));
        assertThatThrownBy(() -> asking.answer(this::away))
                .isInstanceOf(StoreException.class)
                .hasMessage("away at question " + asked.get());
        assertThat(asked).hasValueGreaterThan(1);
    }

    @Test
    void anAttemptThatIsOverAsksNoMore() {
        Asking asking = new Asking(RunId.next(), () -> true, Asking.PATIENCE);
        assertThatThrownBy(() -> asking.answer(this::away)).isInstanceOf(StoreException.class);
        assertThat(asked).hasValue(1);
    }
}
