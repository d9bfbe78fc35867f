package dev.errand.examples;

import dev.errand.Errand;
import dev.errand.Run;
import dev.errand.Task;
import dev.errand.TriggerOptions;
import java.time.Duration;

/** A form that is sent twice sends one mail. */
public final class OnlyOnce {
    record Signup(String email) {}

    static final Task<Signup, String> WELCOME =
            Task.named("welcome", Signup.class, String.class).run((signup, run) -> "sent to " + signup.email());

    private OnlyOnce() {}

    public static void main(String[] args) throws InterruptedException {
        try (var errand = Errand.open("jdbc:sqlite:signups.db", WELCOME)) {
            TriggerOptions once = TriggerOptions.none().idempotencyKey("signup-42");
            Run<String> first = errand.trigger(WELCOME, new Signup("ada@example.org"), once);
            Run<String> again = errand.trigger(WELCOME, new Signup("ada@example.org"), once);
            System.out.println(again.await(Duration.ofSeconds(30)) + ", the same run: "
                    + first.id().equals(again.id()));
        }
    }
}
