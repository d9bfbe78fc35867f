package dev.errand.acceptance;

import static dev.errand.testkit.ErrandAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Json;
import dev.errand.PublishedValue;
import dev.errand.Retry;
import dev.errand.Run;
import dev.errand.RunContext;
import dev.errand.RunState;
import dev.errand.Task;
import dev.errand.TypeRef;
import dev.errand.testkit.TestErrand;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** What bodies publish, as others see it. */
class PublishTest {
    record Cut(int done, String where) {}

    private interface Body {
        @Nullable
        Object run(RunContext run) throws Exception;
    }

    private final CountDownLatch seen = new CountDownLatch(1);

    @AutoClose
    private final TestErrand test = TestStore.open(settings -> settings.concurrency(1));

    private Run<Object> trigger(Body body) {
        Task<String, Object> task = Task.named("task", String.class, Object.class)
                .retry(Retry.fixed(Duration.ofMinutes(1)).attempts(2))
                .run((payload, run) -> body.run(run));
        test.errand().put(task);
        return test.errand().trigger(task, "");
    }

    private static List<String> texts(Run<?> run) {
        return run.published().stream()
                .map(value -> value.name() + " " + value.value().text())
                .toList();
    }

    @Test
    void whatABodyPublishesIsSeenWhileItRunsAndAfterItsEnd() throws InterruptedException {
        Run<Object> run = trigger(context -> {
            for (int i = 0; i <= 1_000; i++) {
                context.publish("cut", new Cut(i, "roof"));
            }
            context.publish("tags", List.of("a", "b"));
            context.publish("nothing", null);
            seen.await();
            context.publish("cut", new Cut(1_001, "end"));
            return "done";
        });
        Soon.await("it is seen", () -> run.published().size() == 3);
        assertThat(run.published("cut", Cut.class)).hasValue(new Cut(1_000, "roof"));
        test.until(run, RunState.EXECUTING); // which is told apart
        seen.countDown();
        assertThat(test.finish(run)).isCompleted();
        assertThat(run.published("cut", Cut.class)).hasValue(new Cut(1_001, "end"));
        assertThat(run.published("tags", new TypeRef<List<String>>() {})).hasValue(List.of("a", "b"));
        assertThat(run.published("nothing", String.class)).isEmpty();
        assertThat(run.published("another", String.class)).isEmpty();
        assertThat(run.published()).extracting(PublishedValue::name).containsExactly("cut", "nothing", "tags");
    }

    @Test
    void aBodyThatIsCalledAgainAfterAWaitDoesNotPublishWhatWas() throws InterruptedException {
        Run<Object> run = trigger(context -> {
            context.publish("stage", 1);
            context.publish("stage", 2);
            context.sleep("nap", Duration.ofHours(1));
            if (!context.receive("go", Json.class).isNull()) {
                throw new IllegalStateException("on purpose");
            }
            return "done";
        });
        test.until(run, RunState.WAITING);
        assertThat(texts(run)).containsExactly("stage 2");
        PublishedValue before = run.published().getFirst();
        test.advance(Duration.ofHours(1));
        test.errand().signal(run.id(), "go", null);
        assertThat(test.finish(run)).isCompleted();
        assertThat(run.published()).as("written once").containsExactly(before);
    }

    @Test
    void whatAnAttemptThatFailedHasPublishedIsThere() throws InterruptedException {
        Run<Object> run = trigger(context -> {
            context.publish("attempt " + context.attempt(), context.attempt());
            if (context.attempt() == 1) {
                throw new IllegalStateException("on purpose");
            }
            return "done";
        });
        assertThat(test.finish(run)).isCompleted();
        assertThat(texts(run)).containsExactly("attempt 1 1", "attempt 2 2");
    }

    @Test
    void noMoreIsPublishedThanIsKept() throws InterruptedException {
        Run<Object> run = trigger(context -> {
            if (context.attempt() == 1) {
                context.publish("large", "x".repeat(PublishedValue.MOST_BYTES / 2));
                throw new IllegalStateException("on purpose");
            }
            StringBuilder refused = new StringBuilder();
            for (int i = 0; i < PublishedValue.MOST; i++) {
                publish(context, "n" + i, i, refused);
            }
            publish(context, "n0", "y".repeat(PublishedValue.MOST_BYTES / 2), refused);
            publish(context, "large", "small", refused);
            publish(context, "n0", "y".repeat(PublishedValue.MOST_BYTES / 2), refused);
            return refused.toString();
        });
        assertThat(test.finish(run)).isCompleted();
        assertThat(String.valueOf(run.info().output()).lines().findFirst().orElse(""))
                .containsSubsequence("'n99' was not published", "under 100 names", "'n0' was not published", "bytes");
        assertThat(run.published()).hasSize(PublishedValue.MOST);
        assertThat(run.published("large", String.class)).hasValue("small");
        assertThat(run.published("n0", String.class).orElseThrow()).startsWith("yyy");
    }

    private static void publish(RunContext context, String name, Object value, StringBuilder refused) {
        try {
            context.publish(name, value);
        } catch (IllegalArgumentException e) {
            refused.append(e.getMessage()).append(". ");
        }
    }
}
