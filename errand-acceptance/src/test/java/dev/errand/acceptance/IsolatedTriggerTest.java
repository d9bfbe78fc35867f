package dev.errand.acceptance;

import static dev.errand.testkit.ErrandAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.IdempotencyKey;
import dev.errand.IdempotencyKey.Scope;
import dev.errand.Json;
import dev.errand.KeyConflictException;
import dev.errand.Retry;
import dev.errand.Run;
import dev.errand.RunContext;
import dev.errand.RunInfo;
import dev.errand.RunQuery;
import dev.errand.Task;
import dev.errand.TriggerOptions;
import dev.errand.TypeRef;
import dev.errand.testkit.TestErrand;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;

/** Runs that bodies in child processes trigger, which their nodes keep. */
@ResourceLock("child processes")
@Tag(TestStore.ONCE)
class IsolatedTriggerTest {
    /** Where the child processes find the tasks. */
    static final class Tasks {
        /** What it triggers says something else in each attempt. */
        static final Task<String, String> PARENT = Task.named("isolated-parent", String.class, String.class)
                .isolated(Tasks.class)
                .retry(Retry.fixed(Duration.ofMinutes(1)).attempts(2))
                .run((payload, run) -> {
                    String first = trigger(run, "first in " + run.attempt());
                    trigger(run, "second in " + run.attempt());
                    if (run.attempt() == 1) {
                        throw new IllegalStateException("on purpose");
                    }
                    return first;
                });

        /** It triggers runs of one task from two threads. */
        static final Task<String, String> MIXING = Task.named("isolated-mixing", String.class, String.class)
                .isolated(Tasks.class)
                .retry(Retry.none())
                .run((payload, run) -> {
                    trigger(run, "from the body");
                    String[] refused = new String[1];
                    Thread thread = Thread.ofVirtual().start(() -> {
                        try {
                            trigger(run, "from another thread");
                        } catch (IllegalStateException e) {
                            refused[0] = e.getMessage();
                        }
                    });
                    thread.join();
                    return refused[0];
                });

        /** It says how it is refused to wait for a child. */
        static final Task<String, String> INVOKING = Task.named("isolated-invoking", String.class, String.class)
                .isolated(Tasks.class)
                .retry(Retry.none())
                .run((payload, run) -> {
                    try {
                        return run.invoke("child", "never", TriggerOptions.none())
                                .text();
                    } catch (IllegalStateException e) {
                        return e.getMessage();
                    }
                });

        /** It triggers a run under a key of each scope, and at last one under a key that another payload holds. */
        static final Task<Void, List<String>> KEYED = Task.named(
                        "isolated-keyed", new TypeRef<Void>() {}, new TypeRef<List<String>>() {})
                .isolated(Tasks.class)
                .retry(Retry.fixed(Duration.ofMinutes(1)).attempts(2))
                .run((payload, run) -> {
                    List<String> hits = new ArrayList<>();
                    for (Scope scope : Scope.values()) {
                        IdempotencyKey key = IdempotencyKey.of("k " + scope).scope(scope);
                        hits.add(scope + " "
                                + run.trigger(
                                                "child",
                                                scope,
                                                TriggerOptions.none().idempotencyKey(key))
                                        .isHit());
                    }
                    if (run.attempt() == 1) {
                        throw new IllegalStateException("on purpose");
                    }
                    IdempotencyKey strict =
                            IdempotencyKey.of("k RUN").scope(Scope.RUN).strict();
                    try {
                        run.trigger("child", "other", TriggerOptions.none().idempotencyKey(strict));
                    } catch (KeyConflictException e) {
                        hits.add(e.task() + " " + e.key() + " " + e.run());
                    }
                    return hits;
                });

        private Tasks() {}

        private static String trigger(RunContext run, String payload) {
            return run.trigger("child", payload, TriggerOptions.none()).id().toString();
        }
    }

    private final Task<Json, String> child =
            Task.named("child", Json.class, String.class).run((payload, run) -> "");

    @AutoClose
    private final TestErrand test = TestStore.open(settings ->
            settings.warmProcesses(0).tasks(child, Tasks.PARENT, Tasks.MIXING, Tasks.INVOKING, Tasks.KEYED));

    private List<RunInfo> children() {
        return test.errand().runs(RunQuery.all().tasks("child")).items();
    }

    @Test
    void anIsolatedBodyTriggersOnceWhateverThePayloadSaysTheSecondTime() throws InterruptedException {
        Run<String> run = test.finish(test.errand().trigger(Tasks.PARENT, ""));
        assertThat(run).isCompleted().hasAttempts(2).hasSteps("child", "child");
        assertThat(children())
                .extracting(info -> info.payload().text())
                .containsExactlyInAnyOrder("\"first in 1\"", "\"second in 1\"");
        assertThat(children()).extracting(info -> info.id().toString()).contains(run.await(Duration.ZERO));
    }

    @Test
    void anIsolatedBodyThatIsRetriedTriggersAsOftenAsTheScopesSay() throws InterruptedException { // case 147
        Run<List<String>> run = test.finish(test.errand().trigger(Tasks.KEYED, null));
        assertThat(run).isCompleted().hasAttempts(2);
        assertThat(children())
                .extracting(info -> info.payload().text())
                .containsExactlyInAnyOrder("\"RUN\"", "\"ATTEMPT\"", "\"ATTEMPT\"", "\"GLOBAL\"");
        String holder = children().stream()
                .filter(info -> info.payload().text().equals("\"RUN\""))
                .map(info -> info.id().toString())
                .findFirst()
                .orElseThrow();
        assertThat(run.await(Duration.ZERO))
                .containsExactly("RUN true", "ATTEMPT false", "GLOBAL true", "child k RUN " + holder);
    }

    @Test
    void itTriggersRunsOfATaskFromOneThreadOrFromOthers() throws InterruptedException {
        Run<String> run = test.finish(test.errand().trigger(Tasks.MIXING, ""));
        assertThat(run).isCompleted();
        assertThat(run.await(Duration.ZERO)).contains("from its body's thread and from others as well");
        assertThat(children()).hasSize(1);
    }

    @Test
    void itCannotWaitForChildren() throws InterruptedException { // case 152
        Run<String> run = test.finish(test.errand().trigger(Tasks.INVOKING, ""));
        assertThat(run).isCompleted();
        assertThat(run.await(Duration.ZERO)).contains("An isolated attempt cannot wait");
        assertThat(children()).isEmpty();
    }
}
