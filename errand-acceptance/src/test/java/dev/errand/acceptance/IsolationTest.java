package dev.errand.acceptance;

import static dev.errand.acceptance.Soon.SOON;
import static dev.errand.testkit.ErrandAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Event;
import dev.errand.EventFilter;
import dev.errand.FailureKind;
import dev.errand.Json;
import dev.errand.LogLine;
import dev.errand.Machine;
import dev.errand.Run;
import dev.errand.RunId;
import dev.errand.RunState;
import dev.errand.Task;
import dev.errand.acceptance.IsolatedTasks.Surroundings;
import dev.errand.testkit.TestErrand;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;

/** What attempts in a process of their own have in common with all others. */
@ResourceLock("child processes")
@Tag(TestStore.ONCE)
class IsolationTest {
    private static final Task<List<Integer>, Integer> COUNT = Task.named(
                    "count", new dev.errand.TypeRef<List<Integer>>() {}, new dev.errand.TypeRef<Integer>() {})
            .run((payload, run) -> payload.size());

    @TempDir
    private Path folder;

    @AutoClose
    private final TestErrand test = TestStore.open(settings -> settings.hooks(new IsolatedTasks.EngineHooks())
            .warmProcesses(0)
            .tasks(
                    COUNT,
                    IsolatedTasks.LOOK,
                    IsolatedTasks.LOOK_WITHOUT_MACHINE,
                    IsolatedTasks.PROGRESS,
                    IsolatedTasks.TALK,
                    IsolatedTasks.TALK_AND_WAIT,
                    IsolatedTasks.TRIGGER,
                    IsolatedTasks.FAIL,
                    IsolatedTasks.UNSERIALIZABLE,
                    IsolatedTasks.HOOKED,
                    IsolatedTasks.HOOKED_HERE));

    @Test
    void aBodyExecutesInAProcessOfItsOwnWithTheLimitsOfItsMachine() throws InterruptedException {
        System.setProperty("not.on.the.command.line", "here");
        Surroundings first = test.run(IsolatedTasks.LOOK, "not.on.the.command.line");
        assertThat(first.pid()).isNotEqualTo(ProcessHandle.current().pid());
        assertThat(first.property()).isNull();
        assertThat(first.processors()).isEqualTo(1);
        assertThat(first.heap()).isBetween(150L << 20, 180L << 20); // 70 % of 256 MB
        assertThat(test.run(IsolatedTasks.LOOK, "x").pid())
                .as("a process is used once")
                .isNotEqualTo(first.pid());
        Soon.await("and then gone", () -> ProcessHandle.of(first.pid()).isEmpty());
    }

    @Test
    void withoutAMachineNothingIsLimited() throws InterruptedException {
        Surroundings seen = test.run(IsolatedTasks.LOOK_WITHOUT_MACHINE, "x");
        assertThat(seen.processors()).isEqualTo(Runtime.getRuntime().availableProcessors());
        assertThat(seen.heap()).isGreaterThan(180L << 20);
    }

    @Test
    void eventsRaisedByTheFirstStatementsOfABodyArriveInOrder() throws InterruptedException { // case 56
        BlockingQueue<Event> heard = new LinkedBlockingQueue<>();
        test.errand().on(EventFilter.named("progress"), heard::add);
        Run<?> run = test.errand().trigger(IsolatedTasks.PROGRESS, null);
        for (String text : List.of("one", "two", "three")) {
            Event event = Soon.next(heard);
            assertThat(event.data()).isEqualTo(new Json("{\"text\":\"" + text + "\"}"));
            assertThat(event.run()).isEqualTo(run.id());
            assertThat(event.attempt()).isEqualTo(1);
            assertThat(event.node()).isEqualTo(test.errand().nodes().getFirst().number());
        }
        assertThat(run).endsWithin(SOON).isCompleted();
    }

    @Test
    void whatABodySaysIsKeptInOrder() throws InterruptedException {
        int count = 3_000;
        Run<Integer> run = test.finish(test.errand().trigger(IsolatedTasks.TALK, count));
        assertThat(run).isCompleted().hasOutput(1).hasProgress(count, count).hasMetadata("last", count - 1);
        assertThat(run.emitted()).hasSize(count);
        assertThat(run.emitted().getLast().text()).startsWith("\"item 2999 x");
        List<String> lines =
                messages(run).stream().filter(line -> line.startsWith("line ")).toList();
        assertThat(lines)
                .containsExactlyElementsOf(
                        IntStream.range(0, count).mapToObj(i -> "line " + i).toList());
        assertThat(run).hasLogged("not so bad");
    }

    @Test
    void whatABodySaysIsReadableWhileItRuns() throws Exception {
        Path end = folder.resolve("end");
        Run<?> run = test.errand().trigger(IsolatedTasks.TALK_AND_WAIT, end);
        Soon.await("the line is there", () -> messages(run).contains("at it"));
        assertThat(run).hasState(RunState.EXECUTING);
        Files.createFile(end);
        assertThat(run).endsWithin(SOON).isCompleted();
    }

    @Test
    @Tag(TestStore.FULL)
    void aBodyTriggersOtherRuns() throws InterruptedException {
        String child = test.run(IsolatedTasks.TRIGGER, "count");
        Run<Integer> run = test.errand().run(RunId.of(child), COUNT);
        assertThat(run).hasState(RunState.DELAYED);
        assertThat(run.info().name()).isEqualTo("from a child");
        assertThat(run.info().tags()).containsExactly("a", "b");
        assertThat(run.info().machine()).isEqualTo(Machine.of(3, 6));
        assertThat(run.info().payload()).isEqualTo(new Json("[1,2]"));
        assertThat(run.info().parent()).isNotNull();
        assertThat(run.info().idempotencyKey()).isEqualTo("once");
        assertThat(test.run(IsolatedTasks.TRIGGER, "count")) // whose key is its run's
                .isNotEqualTo(child);
        Run<String> refused = test.finish(test.errand().trigger(IsolatedTasks.TRIGGER, "cuont"));
        assertThat(refused).hasFailure(FailureKind.ERROR, "count");
    }

    @Test
    void anErrorOfABodyIsRetriedAsThePolicySays() throws InterruptedException {
        Run<?> run = test.errand().trigger(IsolatedTasks.FAIL, "no luck");
        test.until(run, RunState.RETRYING);
        assertThat(run.info().dueAt()).isEqualTo(test.clock().instant().plusSeconds(7));
        assertThat(test.finish(run)).hasState(RunState.FAILED).hasAttempts(2).hasFailureMessage("no luck");
        assertThat(run.info().failure()).satisfies(failure -> {
            assertThat(failure.type()).isEqualTo("java.io.IOException");
            assertThat(failure.stack()).contains("IsolatedTasks");
            assertThat(failure.attempt()).isEqualTo(2);
        });
    }

    @Test
    @Tag(TestStore.FULL)
    void rulesAndAbortsDecideInTheChild() throws InterruptedException {
        assertThat(test.finish(test.errand().trigger(IsolatedTasks.FAIL, "abort")))
                .hasAttempts(1)
                .hasFailure(FailureKind.DECLARED, "no use");
        assertThat(test.finish(test.errand().trigger(IsolatedTasks.FAIL, "rule")))
                .hasAttempts(1)
                .hasFailure(FailureKind.DECLARED, "never");
    }

    @Test
    void aDeclaredErrorCrossesWithWhatItHasToSay() throws InterruptedException {
        Run<?> run = test.finish(test.errand().trigger(IsolatedTasks.FAIL, "declared"));
        assertThat(run).hasAttempts(1).hasFailure(FailureKind.DECLARED, "the account is short");
        assertThat(run.info().failure().data()).isEqualTo(new Json("{\"text\":\"by 30\"}"));
    }

    @Test
    @Tag(TestStore.FULL)
    void locksAreRefused() throws InterruptedException {
        assertThat(test.finish(test.errand().trigger(IsolatedTasks.FAIL, "lock")))
                .hasFailure(FailureKind.ERROR, "An isolated attempt takes no locks");
    }

    @Test
    @Tag(TestStore.FULL)
    void anExitOfTheBodysOwnIsAFailureOfTheAttempt() throws InterruptedException {
        Run<?> run = test.finish(test.errand().trigger(IsolatedTasks.FAIL, "exit"));
        assertThat(run).hasAttempts(2).hasFailure(FailureKind.ERROR, "exit code 5");
        assertThat(run.info().failure().type()).isEqualTo("exit 5");
    }

    @Test
    void anOutputThatIsNoJsonIsAFailureOfItsKind() throws InterruptedException {
        assertThat(test.finish(test.errand().trigger(IsolatedTasks.UNSERIALIZABLE, null)))
                .hasFailure(FailureKind.UNSERIALIZABLE);
    }

    @Test
    @Tag(TestStore.FULL)
    void hooksAreCalledAsAroundAnyOtherAttempt() throws InterruptedException {
        Run<?> there = test.finish(test.errand().trigger(IsolatedTasks.HOOKED, folder));
        Run<?> here = test.finish(test.errand().trigger(IsolatedTasks.HOOKED_HERE, folder));
        assertThat(there).isCompleted();
        assertThat(here).isCompleted();
        assertThat(messages(there))
                .contains("engine before {}", "body sees {by=task }")
                .containsExactlyElementsOf(messages(here));
    }

    private static List<String> messages(Run<?> run) {
        return run.log().stream().map(LogLine::message).toList();
    }

    @Test
    void aProcessThatWaitsIsUsedByTheFirstRun() throws InterruptedException { // case 72
        List<Long> others = children();
        try (TestErrand warm =
                TestStore.open(settings -> settings.warmProcesses(2).tasks(IsolatedTasks.LOOK))) {
            Soon.await("two processes wait", () -> waiting(others).size() == 2);
            List<Long> before = waiting(others);
            Surroundings seen = warm.run(IsolatedTasks.LOOK, "x");
            assertThat(before).contains(seen.pid());
            Soon.await(
                    "it is replaced",
                    () -> waiting(others).size() == 2 && !waiting(others).contains(seen.pid()));
            assertThat(before).contains(warm.run(IsolatedTasks.LOOK, "x").pid());
        }
        Soon.await("none outlives its engine", () -> children().isEmpty());
    }

    private static List<Long> children() {
        return ProcessHandle.current()
                .children()
                .filter(child -> child.info().arguments().stream()
                        .flatMap(java.util.Arrays::stream)
                        .anyMatch("dev.errand.engine.child.ChildMain"::equals))
                .map(ProcessHandle::pid)
                .toList();
    }

    private static List<Long> waiting(List<Long> others) {
        return children().stream().filter(pid -> !others.contains(pid)).toList();
    }
}
