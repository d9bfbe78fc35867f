package dev.errand.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who listens to a process learns what it says, that it has died, and that it says nothing. */
class SpeechTest {
    private Process echo;

    @BeforeEach
    void start() throws IOException {
        echo = new ProcessBuilder("cat").start();
    }

    @AfterEach
    void stop() {
        echo.destroyForcibly();
    }

    @Test
    void itIsHeardLineByLineUntilTheProcessDies() throws Exception {
        Speech speech = new Speech(echo, Duration.ofMinutes(1));
        echo.outputWriter().append("one\ntwo\n").flush();
        assertThat(speech.next("one")).isEqualTo("one");
        assertThat(speech.next("two")).isEqualTo("two");
        assertThat(speech.isHeard()).isFalse();
        echo.destroyForcibly();
        assertThat(speech.next(Speech.END)).isEqualTo(Speech.END);
    }

    @Test
    void whoSaysNothingIsNotWaitedForForEver() {
        Speech speech = new Speech(echo, Duration.ofMillis(100));
        assertThatThrownBy(() -> speech.next("working"))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("where 'working' is expected");
    }
}
