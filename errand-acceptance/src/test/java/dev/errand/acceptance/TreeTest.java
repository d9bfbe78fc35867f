package dev.errand.acceptance;

import static dev.errand.testkit.ErrandAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Retry;
import dev.errand.Run;
import dev.errand.RunContext;
import dev.errand.RunId;
import dev.errand.RunInfo;
import dev.errand.RunQuery;
import dev.errand.RunState;
import dev.errand.Task;
import dev.errand.TriggerOptions;
import dev.errand.TypeRef;
import dev.errand.testkit.TestErrand;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Runs that trigger runs are a tree, which is read in one query. */
class TreeTest {
    private static final TriggerOptions IN_AN_HOUR = TriggerOptions.none().after(Duration.ofHours(1));

    private final Map<String, RunId> triggered = new ConcurrentHashMap<>();

    private final Task<String, String> leaf = Task.named("leaf", String.class, String.class)
            .retry(Retry.none())
            .run((payload, run) -> {
                if (payload.equals("bad")) {
                    throw new IllegalArgumentException("no " + payload);
                }
                return payload.toUpperCase(Locale.ROOT);
            });

    private final Task<String, String> branch = Task.named("branch", String.class, String.class)
            .run((payload, run) -> {
                triggered.put("triggered", run.trigger(leaf, "a", IN_AN_HOUR).id());
                String output = run.invoke(leaf, "invoked", IN_AN_HOUR);
                triggered.put("by the engine", triggerByTheEngine("b"));
                triggered.put(
                        "detached",
                        run.trigger(leaf, "c", IN_AN_HOUR.detached()).id());
                return output;
            });

    private final Task<String, List<String>> fan = Task.named(
                    "fan", new TypeRef<String>() {}, new TypeRef<List<String>>() {})
            .run((payload, run) -> ends(run));

    private final Task<String, String> top =
            Task.named("top", String.class, String.class).run((payload, run) -> run.invoke(branch, payload));

    @AutoClose
    private final TestErrand test =
            TestStore.open(settings -> settings.tasks(leaf, branch, fan, top).concurrency(3));

    private RunId triggerByTheEngine(String payload) {
        return test.errand()
                .triggerAll(leaf, List.of(payload), IN_AN_HOUR)
                .getFirst()
                .id();
    }

    private List<String> ends(RunContext run) throws Exception {
        return run.invokeAll(leaf, List.of("a", "bad", "c")).stream()
                .map(end -> end.state().name())
                .toList();
    }

    private List<RunInfo> runs(RunQuery query) {
        return test.errand().runs(query).items();
    }

    @Test
    void aParentListsItsChildrenAndHowTheyEnded() throws InterruptedException { // case 70
        Run<List<String>> run = test.finish(test.errand().trigger(fan, ""));
        assertThat(run).isCompleted().hasOutput(List.of("COMPLETED", "FAILED", "COMPLETED"));
        RunQuery children = RunQuery.all().parent(run.id());
        assertThat(runs(children)).hasSize(3).extracting(RunInfo::root).containsOnly(run.id());
        assertThat(runs(children.states(RunState.COMPLETED))).hasSize(2);
        assertThat(runs(children.states(RunState.FAILED))).hasSize(1);
    }

    @Test
    void whateverIsBelowARunHasItForItsRoot() throws InterruptedException {
        Run<String> run = test.finish(test.errand().trigger(top, ""));
        assertThat(run).isCompleted().hasOutput("INVOKED");
        RunId middle = runs(RunQuery.all().parent(run.id())).getFirst().id();
        List<RunInfo> leaves = runs(RunQuery.all().parent(middle));
        assertThat(leaves)
                .hasSize(3)
                .extracting(RunInfo::id)
                .contains(triggered.get("triggered"), triggered.get("by the engine"));
        assertThat(leaves).extracting(RunInfo::root).containsOnly(run.id());
        assertThat(runs(RunQuery.all().root(run.id())))
                .hasSize(4)
                .extracting(RunInfo::id)
                .contains(middle);
        RunInfo detached = test.errand().run(triggered.get("detached"), leaf).info();
        assertThat(detached).extracting(RunInfo::parent, RunInfo::root).containsOnlyNulls();
        assertThat(run.info()).extracting(RunInfo::parent, RunInfo::root).containsOnlyNulls();
    }
}
