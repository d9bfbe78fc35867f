package dev.errand.examples;

// The README shows what follows; a test compares the two.
// region readme
import dev.errand.Errand;
import dev.errand.Retry;
import dev.errand.Run;
import dev.errand.Task;
import java.time.Duration;

public class QuickStart {
    record Welcome(String email) {}

    static final Task<Welcome, String> WELCOME = Task.named("welcome-email", Welcome.class, String.class)
            .retry(Retry.exponential().attempts(5))
            .run((welcome, run) -> "sent to " + welcome.email());

    public static void main(String[] args) throws InterruptedException {
        try (var errand = Errand.open("jdbc:sqlite:errand.db", WELCOME)) {
            Run<String> run = errand.trigger(WELCOME, new Welcome("ada@example.org"));
            String receipt = run.await(Duration.ofSeconds(30));
            System.out.println(receipt);
        }
    }
}
// endregion
