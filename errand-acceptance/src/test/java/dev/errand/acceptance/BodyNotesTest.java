package dev.errand.acceptance;

import static dev.errand.acceptance.Soon.SOON;
import static dev.errand.testkit.ErrandAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.LogLine;
import dev.errand.Retry;
import dev.errand.Run;
import dev.errand.Task;
import dev.errand.TaskAction;
import dev.errand.TriggerOptions;
import dev.errand.testkit.TestErrand;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.slf4j.event.Level;

/** What a body keeps with its run: metadata, progress, log; and what it learns of it. */
class BodyNotesTest {
    private final Gate gate = new Gate();

    @AutoClose
    private final TestErrand test = TestStore.open();

    private Run<?> trigger(TriggerOptions options, TaskAction<String> body) {
        Task<String, ?> task = Task.named("notes", String.class)
                .retry(Retry.fixed(Duration.ZERO))
                .run(body);
        test.errand().put(task);
        return test.errand().trigger(task, "", options);
    }

    private Run<?> run(TaskAction<String> body) throws InterruptedException {
        return test.finish(trigger(TriggerOptions.none(), body));
    }

    @Test
    void metadataOutlivesTheAttempt() throws InterruptedException {
        TriggerOptions options = TriggerOptions.none().metadata(Map.of("source", "import", "rows", 10));
        Run<?> run = test.finish(trigger(options, (payload, context) -> {
            context.metadata().increment("tries", 1).append("seen", context.attempt());
            if (context.attempt() < 3) {
                throw new IllegalStateException("again");
            }
            context.metadata().set("rows", null).set("nested", Map.of("a", List.of(1, 2)));
        }));
        assertThat(run)
                .isCompleted()
                .hasMetadata("source", "import")
                .hasMetadata("tries", 3)
                .hasMetadata("seen", List.of(1, 2, 3))
                .hasMetadata("nested", Map.of("a", List.of(1, 2)));
        assertThat(run.info().metadata()).doesNotContainKey("rows");
    }

    @Test
    void aBodyLearnsWhatItsRunIs() throws InterruptedException {
        TriggerOptions options =
                TriggerOptions.none().name("nightly").tags("a", "b").metadata(Map.of("k", "v"));
        Run<?> run = test.finish(trigger(options, (payload, context) -> {
            context.emit(context.id().toString());
            context.emit(context.task());
            context.emit(context.name().orElse("?"));
            context.emit(context.tags());
            context.emit(context.createdAt());
            context.emit(context.metadata().get("k"));
            context.emit(context.count());
            context.emit(context.isCancelled());
        }));
        assertThat(run)
                .hasEmitted(
                        run.id().toString(),
                        "notes",
                        "nightly",
                        List.of("a", "b"),
                        test.clock().instant().toString(),
                        "v",
                        0,
                        false);
    }

    @Test
    void notesCanBeReadWhileTheBodyRuns() throws InterruptedException {
        Run<?> run = trigger(TriggerOptions.none(), (payload, context) -> {
            context.progress(3, 10);
            context.metadata().set("phase", "load");
            context.log().info("loading");
            context.emit("first");
            gate.pass();
        });
        gate.awaitArrivals(1);
        Soon.await("notes arrive, the last of them too", () -> !run.emitted().isEmpty());
        assertThat(run)
                .hasProgress(3, 10)
                .hasMetadata("phase", "load")
                .hasLogged("loading")
                .hasEmitted("first");
        gate.open();
        assertThat(run).endsWithin(SOON).isCompleted();
    }

    @Test
    void notesOfAFailingAttemptAreKept() throws InterruptedException {
        Run<?> run = run((payload, context) -> {
            context.log().warn("attempt {}", context.attempt());
            context.progress(context.attempt(), 3);
            if (context.attempt() < 3) {
                throw new IllegalStateException("again");
            }
        });
        assertThat(run.log()).extracting(LogLine::message).containsExactly("attempt 1", "attempt 2", "attempt 3");
        assertThat(run.log()).extracting(LogLine::attempt).containsExactly(1, 2, 3);
        assertThat(run).hasProgress(3, 3);
    }

    @Test
    void theLogKeepsLevelsTimesAndExceptions() throws InterruptedException {
        Run<?> run = run((payload, context) -> {
            context.log().trace("trace");
            context.log().debug("debug {} of {}", 1, 2);
            context.log().error("it broke", new IllegalArgumentException("cause"));
            context.log().atInfo().addKeyValue("file", "a.csv").log("read");
            context.log().info("{}", (Object) null);
        });
        List<LogLine> log = run.log();
        assertThat(log).extracting(LogLine::level).containsExactly(Level.DEBUG, Level.ERROR, Level.INFO, Level.INFO);
        assertThat(log).extracting(LogLine::at).containsOnly(test.clock().instant());
        assertThat(log.get(0).message()).isEqualTo("debug 1 of 2");
        assertThat(log.get(1).message())
                .startsWith("it broke\njava.lang.IllegalArgumentException: cause")
                .contains("BodyNotesTest");
        assertThat(log.get(2).message()).contains("read").contains("a.csv");
        assertThat(log.get(3).message()).isEqualTo("null");
    }

    @Test
    void theLogIsReadOnFromAPosition() throws InterruptedException { // case 67
        Run<?> run = run((payload, context) -> {
            for (int i = 0; i < 2_500; i++) {
                context.log().info("line {}", i);
            }
        });
        List<LogLine> all = run.log();
        assertThat(all).hasSize(2_500).isSortedAccordingTo(Comparator.comparingLong(LogLine::position));
        assertThat(run.log(0)).hasSize(1_000).isEqualTo(all.subList(0, 1_000));
        assertThat(run.log(all.get(2_400).position())).isEqualTo(all.subList(2_401, 2_500));
        assertThat(run.log(all.getLast().position())).isEmpty();
        assertThat(all.getLast().message()).isEqualTo("line 2499");
    }
}
