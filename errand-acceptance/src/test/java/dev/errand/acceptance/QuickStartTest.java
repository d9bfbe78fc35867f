package dev.errand.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Errand;
import dev.errand.Retry;
import dev.errand.Run;
import dev.errand.Task;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The first lines anybody reads of Errand, as they stand there, but for the folder of the file. */
@Tag(TestStore.SQLITE_ONLY)
class QuickStartTest {
    interface Mailer {
        String greet(String email);
    }

    private static final Mailer mailer = email -> "greeted " + email;

    record Welcome(String email) {}

    static final Task<Welcome, String> WELCOME = Task.named("welcome-email", Welcome.class, String.class)
            .retry(Retry.exponential().attempts(5))
            .run((welcome, run) -> mailer.greet(welcome.email()));

    @Test
    void theQuickStartRuns(@TempDir Path folder) throws InterruptedException {
        String receipt = quickStart("jdbc:sqlite:" + folder.resolve("errand.db"));
        assertThat(receipt).isEqualTo("greeted ada@example.org");
        assertThat(Files.exists(folder.resolve("errand.db"))).isTrue();
    }

    private static String quickStart(String url) throws InterruptedException {
        try (var errand = Errand.open(url, WELCOME)) {
            Run<String> run = errand.trigger(WELCOME, new Welcome("ada@example.org"));
            String receipt = run.await(Duration.ofSeconds(30));
            return receipt;
        }
    }
}
