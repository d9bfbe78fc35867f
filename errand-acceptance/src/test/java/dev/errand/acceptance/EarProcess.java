package dev.errand.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Errand;
import dev.errand.EventFilter;
import java.io.BufferedReader;
import java.io.IOException;
import java.util.List;

/** Another process, in which somebody listens to a task's runs and says line by line what there is to hear, until it is closed. */
final class EarProcess implements AutoCloseable {
    private static final String LISTENS = "listens";

    private final Process process;
    private final Hearings hearings = new Hearings();

    private EarProcess(Process process) {
        this.process = process;
    }

    /** Returns when it listens. */
    static EarProcess start(String url, String task) throws IOException {
        EarProcess ear = new EarProcess(
                JavaProcess.builder(EarProcess.class, List.of(url, task)).start());
        BufferedReader said = ear.process.inputReader();
        assertThat(said.readLine()).isEqualTo(LISTENS);
        Thread.ofPlatform()
                .daemon()
                .name("ear")
                .start(() -> said.lines().map(Hearings.Hearing::ofLine).forEach(ear.hearings::add));
        return ear;
    }

    Hearings hearings() {
        return hearings;
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    /** Arguments: the store's URL, the task's id. */
    public static void main(String[] arguments) throws IOException {
        try (Errand errand = Errand.builder().store(arguments[0]).concurrency(0).open()) {
            errand.on(
                    EventFilter.ofTask(arguments[1]),
                    event -> System.out.println(Hearings.Hearing.of(event).line()));
            System.out.println(LISTENS);
            while (System.in.read() >= 0) {
                // As long as its parent lives.
            }
        }
    }
}
