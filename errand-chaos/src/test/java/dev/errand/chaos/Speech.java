package dev.errand.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What a process says, line by line; nobody waits for it for ever. */
final class Speech {
    /** What is heard last, once the process has died. */
    static final String END = "no more";

    private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    private final Duration patience;

    /** @param patience how long to wait for a line */
    Speech(Process process, Duration patience) {
        this.patience = patience;
        Thread.ofPlatform().daemon().name("speech of " + process.pid()).start(() -> hear(process));
    }

    private void hear(Process process) {
        try (BufferedReader lines = process.inputReader()) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                heard.add(line);
            }
        } catch (IOException e) { // it was destroyed
        }
        heard.add(END);
    }

    /** Whether there is a line that {@link #next} answers at once. */
    boolean isHeard() {
        return !heard.isEmpty();
    }

    /** @param expected what is waited for, in case that nothing is said */
    String next(String expected) throws InterruptedException {
        @Nullable String line = heard.poll(patience.toNanos(), TimeUnit.NANOSECONDS);
        assertThat(line)
                .as("said within %s, where '%s' is expected", patience, expected)
                .isNotNull();
        return line;
    }
}
