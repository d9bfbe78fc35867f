package dev.errand.example;

import static dev.errand.testkit.ErrandAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.errand.Debounce;
import dev.errand.Errand;
import dev.errand.IdempotencyKey;
import dev.errand.IdempotencyKey.Scope;
import dev.errand.KeyConflictException;
import dev.errand.Retry;
import dev.errand.Run;
import dev.errand.Task;
import dev.errand.TriggerOptions;
import dev.errand.testkit.TestErrand;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** The examples of docs/idempotency.md, so that what stands there compiles and holds. */
class WelcomeOnceTest {
    record Signup(String id, String email) {}

    private final List<String> mails = new CopyOnWriteArrayList<>();

    private final Task<Signup, String> welcome = Task.named("welcome", Signup.class, String.class)
            .run((signup, run) -> {
                mails.add(signup.email());
                return signup.email();
            });

    private final Task<String, String> index =
            Task.named("index", String.class, String.class).run((document, run) -> document);

    private final Task<Signup, String> onboard = Task.named("onboard", Signup.class, String.class)
            .retry(Retry.fixed(Duration.ZERO))
            .run((signup, run) -> {
                run.trigger(welcome, signup, TriggerOptions.none().idempotencyKey("welcome"));
                if (run.attempt() == 1) {
                    throw new IllegalStateException("the network is down");
                }
                return "done";
            });

    @AutoClose
    private final TestErrand test = TestErrand.open(welcome, index, onboard);

    private final Errand errand = test.errand();

    @Test
    void aSignupIsWelcomedOnce() throws InterruptedException {
        Signup signup = new Signup("42", "ada@example.org");

        Run<String> first =
                errand.trigger(welcome, signup, TriggerOptions.none().idempotencyKey("signup-42"));
        Run<String> again =
                errand.trigger(welcome, signup, TriggerOptions.none().idempotencyKey("signup-42"));

        assertThat(again.id()).isEqualTo(first.id());
        assertThat(again.isHit()).isTrue();

        test.runUntilIdle();
        assertThat(mails).hasSize(1);
    }

    @Test
    void aStrictKeyIsForOnePayload() {
        IdempotencyKey key =
                IdempotencyKey.of("signup-42").life(Duration.ofHours(1)).strict();
        errand.trigger(
                welcome,
                new Signup("42", "ada@example.org"),
                TriggerOptions.none().idempotencyKey(key));

        assertThatThrownBy(() -> errand.trigger(
                        welcome,
                        new Signup("42", "eve@example.org"),
                        TriggerOptions.none().idempotencyKey(key)))
                .isInstanceOf(KeyConflictException.class);

        errand.resetKey("welcome", "signup-42");
    }

    @Test
    void aParentThatIsRetriedTriggersOnce() throws InterruptedException {
        assertThat(test.finish(errand.trigger(onboard, new Signup("42", "ada@example.org"))))
                .isCompleted()
                .hasAttempts(2);
        test.runUntilIdle();
        assertThat(mails).hasSize(1);
        assertThat(IdempotencyKey.of("welcome").scope(Scope.GLOBAL).scope()).isEqualTo(Scope.GLOBAL);
    }

    @Test
    void aDocumentIsIndexedOnceItsEditsPause() throws InterruptedException {
        Debounce pause =
                Debounce.of("document-7", Duration.ofSeconds(5)).trailing().atMost(Duration.ofMinutes(1));

        Run<String> run =
                errand.trigger(index, "first words", TriggerOptions.none().debounce(pause));
        test.advance(Duration.ofSeconds(3));
        errand.trigger(index, "last words", TriggerOptions.none().debounce(pause));
        test.advance(Duration.ofSeconds(5));

        assertThat(run).isCompleted().hasOutput("last words");
    }
}
