package dev.errand.example;

import static dev.errand.testkit.ErrandAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Errand;
import dev.errand.Run;
import dev.errand.RunId;
import dev.errand.RunState;
import dev.errand.SignalAnswer;
import dev.errand.SignalResult;
import dev.errand.Task;
import dev.errand.testkit.TestErrand;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** The examples of docs/signals.md, so that what stands there compiles and holds. */
class SubtitlesTest {
    record Film(String title) {}

    record Review(String by, boolean good, String remark) {}

    private static String write(Film film, List<String> remarks) {
        return film.title() + remarks;
    }

    private final Task<Film, String> subtitles = Task.named("subtitles", Film.class, String.class)
            .run((film, run) -> {
                String text = run.step("write", String.class, () -> write(film, List.of()));
                while (true) {
                    run.publish("draft", text);
                    switch (run.receive("review", Review.class, Duration.ofDays(7))) {
                        case SignalResult.Received<Review>(var review) -> {
                            if (review.good()) {
                                return text;
                            }
                            text = run.step("write", String.class, () -> write(film, List.of(review.remark())));
                        }
                        case SignalResult.TimedOut<Review> nobody -> {
                            return text + ", which nobody has looked at";
                        }
                    }
                }
            });

    @AutoClose
    private final TestErrand test = TestErrand.open(subtitles);

    private static String review(Errand errand, RunId id, Review review) {
        return switch (errand.signal(id, "review", review)) {
            case OK -> "thank you";
            case FULL -> "so much was said that nobody has read yet; later, please";
            case FINISHED, NOT_FOUND -> "it is too late for that";
        };
    }

    private static Optional<String> draft(Errand errand, RunId id) {
        return errand.run(id).published("draft", String.class);
    }

    @Test
    void theExampleIsReviewedUntilItIsGood() throws InterruptedException {
        Errand errand = test.errand();
        Run<String> run = errand.trigger(subtitles, new Film("Metropolis"));
        test.until(run, RunState.WAITING);
        assertThat(draft(errand, run.id())).hasValue("Metropolis[]");
        assertThat(review(errand, run.id(), new Review("Ada", false, "shorter")))
                .isEqualTo("thank you");
        test.runUntilIdle();
        assertThat(draft(errand, run.id())).hasValue("Metropolis[shorter]");
        review(errand, run.id(), new Review("Ada", true, ""));
        assertThat(test.finish(run)).isCompleted().hasOutput("Metropolis[shorter]");
        assertThat(review(errand, run.id(), new Review("Bob", true, ""))).isEqualTo("it is too late for that");
        assertThat(errand.signal(run.id(), "review", null)).isEqualTo(SignalAnswer.FINISHED);
    }

    @Test
    void theExampleDoesNotWaitForEver() throws InterruptedException {
        Run<String> run = test.errand().trigger(subtitles, new Film("Metropolis"));
        assertThat(test.finish(run)).isCompleted().hasOutput("Metropolis[], which nobody has looked at");
    }
}
