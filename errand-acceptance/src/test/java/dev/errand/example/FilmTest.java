package dev.errand.example;

import static dev.errand.testkit.ErrandAssertions.assertThat;

import dev.errand.Errand;
import dev.errand.Machine;
import dev.errand.Run;
import dev.errand.RunState;
import dev.errand.Task;
import dev.errand.TriggerOptions;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;

/** The examples of docs/machines.md, so that what stands there compiles and holds. */
@ResourceLock("child processes")
class FilmTest {
    record Film(String title, int minutes) {}

    static class Films {
        static final Task<Film, String> RENDER = Task.named("render", Film.class, String.class)
                .machine(Machine.SMALL_1X)
                .onOutOfMemory(Machine.MEDIUM_1X)
                .isolated(Films.class)
                .run((film, run) -> {
                    run.log().info("rendering {}", film.title());
                    byte[] frames = new byte[film.minutes() * 4_000_000];
                    return film.title() + ": " + frames.length / 1_000_000 + " MB";
                });
    }

    @TempDir
    private Path folder;

    @Test
    void aFilmThatIsTooLongForASmallMachineIsRenderedOnALargerOne() throws InterruptedException {
        String url = "jdbc:sqlite:" + folder.resolve("errand.db");
        Film film = new Film("Ben-Hur", 222);

        try (Errand errand = Errand.builder()
                .store(url)
                .tasks(Films.RENDER)
                .budget(Machine.of(4, 8))
                .warmProcesses(2)
                .open()) {
            Run<String> run = errand.trigger(Films.RENDER, film);
            assertThat(run).endsWithin(Duration.ofMinutes(3)).isCompleted().hasAttempts(2);

            Run<String> micro = errand.trigger(
                    Films.RENDER,
                    film,
                    TriggerOptions.none().machine(Machine.MICRO).attempts(1));
            assertThat(micro).endsWithin(Duration.ofMinutes(3)).hasState(RunState.CRASHED);
        }
    }
}
