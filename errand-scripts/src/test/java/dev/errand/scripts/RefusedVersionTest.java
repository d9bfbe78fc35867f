package dev.errand.scripts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Errand;
import dev.errand.scripts.FolderEvent.Broken;
import dev.errand.scripts.FolderEvent.Loaded;
import dev.errand.scripts.FolderEvent.Reloaded;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A saved task file that compiles, and that the engine refuses. */
class RefusedVersionTest {
    private static final Duration SOON = Duration.ofSeconds(60);

    @TempDir
    Path home;

    private final BlockingQueue<FolderEvent> events = new LinkedBlockingQueue<>();

    private <E extends FolderEvent> E next(Class<E> type) throws InterruptedException {
        FolderEvent event = events.poll(SOON.toSeconds(), TimeUnit.SECONDS);
        assertThat(event).as("the next event").isInstanceOf(type);
        return type.cast(event);
    }

    private static String greet(String word) {
        return "import dev.errand.*;\n@AsTask(\"greet\") String greet() { return \"%s\"; }\n".formatted(word);
    }

    private static String outputOf(Errand errand) throws InterruptedException {
        return errand.trigger("greet", null).await(SOON).text();
    }

    @Test
    void itIsReportedAndTheOldOneGoesOn() throws Exception {
        Path folder = Files.createDirectories(home.resolve("tasks"));
        Path file = Tasks.write(folder, "Greet.java", greet("one"));
        try (Errand errand = Errand.open("jdbc:sqlite:" + home.resolve("errand.db"));
                TaskFolder watched = TaskFolder.watch(folder, errand, events::add)) {
            assertThat(watched).isNotNull();
            next(Loaded.class);
            Files.writeString(file, """
                    import dev.errand.*;
                    @AsTask(value = "greet", cron = "@hourly") String greet(String who) { return "two"; }
                    """);
            assertThat(next(Broken.class).diagnostics().toString())
                    .contains("the engine refuses task 'greet'", "has no payload");
            assertThat(outputOf(errand)).isEqualTo("\"one\"");
            assertThat(errand.schedules().find("greet")).isEmpty();
            Files.writeString(file, greet("three"));
            next(Reloaded.class);
            assertThat(outputOf(errand)).isEqualTo("\"three\"");
        }
    }
}
