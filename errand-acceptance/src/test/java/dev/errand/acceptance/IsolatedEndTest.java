package dev.errand.acceptance;

import static dev.errand.acceptance.Soon.SOON;
import static dev.errand.testkit.ErrandAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Attempt;
import dev.errand.CancelAnswer;
import dev.errand.Machine;
import dev.errand.Progress;
import dev.errand.PurgeAnswer;
import dev.errand.Run;
import dev.errand.RunInfo;
import dev.errand.RunState;
import dev.errand.Task;
import dev.errand.Timeout;
import dev.errand.TriggerOptions;
import dev.errand.testkit.TestErrand;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;

/** How attempts in a process of their own end that do not end by themselves. */
@ResourceLock("child processes")
@Tag(TestStore.ONCE)
class IsolatedEndTest {
    private static final Duration AT_MOST = Duration.ofSeconds(2);

    @TempDir
    private Path folder;

    @AutoClose
    private final TestErrand test = TestStore.open(settings -> settings.budget(Machine.of(8, 16))
            .warmProcesses(0)
            .tasks(
                    IsolatedTasks.HUNGRY,
                    IsolatedTasks.HUNGRY_OUTSIDE,
                    IsolatedTasks.HUNGRY_FOR_BUFFERS,
                    IsolatedTasks.STUBBORN,
                    IsolatedTasks.WAIT,
                    IsolatedTasks.TALK_AND_WAIT,
                    IsolatedTasks.CANCELLED));

    // ── memory

    @Test
    void anAttemptThatRanOutOfMemoryIsFollowedByOneOnTheLargerMachine() throws InterruptedException { // case 159
        Run<Long> run = test.finish(test.errand().trigger(IsolatedTasks.HUNGRY, 1));
        assertThat(run).isCompleted().hasAttempts(2).hasLogged("asking for too much");
        assertThat(run.await(Duration.ZERO)).isGreaterThan(6L << 30);
        Attempt first = run.attempts().getFirst();
        assertThat(first.failure()).isNotNull();
        assertThat(first.failure().type()).isEqualTo("out of memory");
        assertThat(first.failure().message()).contains("machine small-1x (0.5 CPUs and 0.5 GB)");
    }

    @Test
    @Tag(TestStore.FULL)
    void whatRunsOutOfMemoryOnTheLargerMachineAsWellCrashes() throws InterruptedException { // case 159
        Run<Long> run = test.finish(test.errand().trigger(IsolatedTasks.HUNGRY, 9));
        assertThat(run)
                .hasState(RunState.CRASHED)
                .hasAttempts(2)
                .hasReason("out of memory on machine large-1x (4 CPUs and 8 GB)");
    }

    @Test
    void whatRunsOnTheLargerMachineAlreadyIsNotRetriedOnIt() throws InterruptedException {
        Run<Long> run = test.finish(test.errand()
                .trigger(IsolatedTasks.HUNGRY, 9, TriggerOptions.none().machine(Machine.LARGE_1X)));
        assertThat(run).hasState(RunState.CRASHED).hasAttempts(1).hasReason("large-1x");
    }

    @Test
    @Tag(TestStore.FULL)
    void memoryOutsideOfTheHeapCountsAndThatOfOtherProcessesOfTheAttempt() throws InterruptedException {
        assertThat(test.finish(test.errand().trigger(IsolatedTasks.HUNGRY_FOR_BUFFERS, null)))
                .hasState(RunState.CRASHED)
                .hasReason("out of memory on machine micro");
        assertThat(test.finish(test.errand().trigger(IsolatedTasks.HUNGRY_OUTSIDE, null)))
                .hasState(RunState.CRASHED)
                .hasReason("out of memory on machine micro");
    }

    // ── what somebody asks for

    private List<Long> pids(Run<?> run) throws InterruptedException {
        return pids(run, test);
    }

    private static List<Long> pids(Run<?> run, TestErrand of) throws InterruptedException {
        Soon.await("the body says who it is", () -> run.info().metadata().containsKey("pids"));
        of.until(run, RunState.EXECUTING);
        return pids(run.info());
    }

    private static List<Long> pids(RunInfo run) {
        return ((List<?>) run.metadata().get("pids"))
                .stream().map(pid -> ((Number) pid).longValue()).toList();
    }

    private static void assertDeadSoon(List<Long> pids) throws InterruptedException {
        Soon.awaitWithin(AT_MOST, "they are dead", () -> pids.stream().noneMatch(IsolatedEndTest::lives));
    }

    static boolean lives(long pid) {
        Optional<ProcessHandle> process = ProcessHandle.of(pid).filter(ProcessHandle::isAlive);
        try {
            return process.isPresent()
                    && !Files.readString(Path.of("/proc/" + pid + "/stat")).contains(") Z ");
        } catch (java.io.IOException e) {
            return Files.notExists(Path.of("/proc/self")) && process.isPresent();
        }
    }

    @Test
    @Tag(TestStore.FULL)
    void aPurgeWithForceKillsTheProcessAndAllItStarted() throws InterruptedException { // case 66
        Run<?> run = test.errand().trigger(IsolatedTasks.STUBBORN, null);
        List<Long> pids = pids(run);
        assertThat(pids).hasSize(3).allMatch(IsolatedEndTest::lives);
        assertThat(run.purge()).isEqualTo(PurgeAnswer.EXECUTING);
        assertThat(pids).allMatch(IsolatedEndTest::lives);
        assertThat(run.forcePurge()).isEqualTo(PurgeAnswer.PURGED);
        assertDeadSoon(pids);
    }

    @Test
    void aCancelKillsWhatDoesNotStop() throws InterruptedException {
        Run<?> run = test.errand().trigger(IsolatedTasks.STUBBORN, null);
        List<Long> pids = pids(run);
        assertThat(run.cancel()).isEqualTo(CancelAnswer.OK);
        assertDeadSoon(pids);
        assertThat(run).endsWithin(SOON).hasState(RunState.CANCELED);
    }

    @Test
    void aTimeoutKillsWhatDoesNotStop() throws InterruptedException {
        Run<?> run = test.errand()
                .trigger(
                        IsolatedTasks.STUBBORN,
                        null,
                        TriggerOptions.none().timeout(Duration.ofMinutes(1), dev.errand.TimeoutFrom.START));
        List<Long> pids = pids(run);
        test.clock().advance(Duration.ofMinutes(2));
        assertDeadSoon(pids);
        assertThat(run).endsWithin(SOON).hasState(RunState.TIMED_OUT);
    }

    @Test
    @Tag(TestStore.FULL)
    void hooksOfACancelHaveTheirTime() throws Exception {
        Path witness = folder.resolve("witness");
        Run<?> run = test.errand().trigger(IsolatedTasks.CANCELLED, witness);
        List<Long> pids = pids(run);
        run.cancel();
        assertThat(run).endsWithin(SOON).hasState(RunState.CANCELED).hasLogged("onCancel");
        assertThat(witness).hasContent("cancelled");
        assertDeadSoon(pids);
    }

    @Test
    void anEngineThatClosesEndsItsProcessesAndSpendsNoAttempt() throws Exception {
        String url = TestStore.url(folder);
        Run<?> run;
        List<Long> pids;
        try (TestErrand other = TestErrand.open(
                test.clock(), settings -> settings.store(url).warmProcesses(0).tasks(IsolatedTasks.WAIT))) {
            run = other.errand().trigger(IsolatedTasks.WAIT, null);
            pids = pids(run, other);
        }
        assertDeadSoon(pids);
        try (TestErrand later =
                TestErrand.open(test.clock(), settings -> settings.store(url).concurrency(0))) {
            Run<?> again = later.errand().run(run.id());
            assertThat(again).hasState(RunState.QUEUED);
            assertThat(again.info().redeliveries()).isZero();
            assertThat(again.info().attempt()).isZero();
        }
    }

    @Test
    @Tag(TestStore.FULL)
    void signalsThatReachAllProcessesOfANodeAreItsOwnToAnswer() throws Exception {
        Path end = folder.resolve("end");
        Run<?> run = test.errand().trigger(IsolatedTasks.TALK_AND_WAIT, end);
        long pid = pids(run).getFirst();
        for (String signal : List.of("INT", "HUP", "TERM")) {
            Process kill = new ProcessBuilder("kill", "-" + signal, Long.toString(pid)).start();
            assertThat(kill.waitFor()).isZero();
        }
        long done = done(run);
        Soon.await("it goes on", () -> done(run) > done + 50);
        Files.createFile(end);
        assertThat(run).endsWithin(SOON).isCompleted();
        assertThat(run.info().redeliveries()).isZero();
    }

    private static long done(Run<?> run) {
        Progress progress = run.info().progress();
        return progress == null ? 0 : progress.done();
    }

    // ── its death

    @Test
    @Tag(TestStore.FULL)
    void theDeathOfAProcessCountsARedeliveryAndNoAttempt() throws InterruptedException {
        Run<?> run = test.errand().trigger(IsolatedTasks.WAIT, null);
        List<Long> first = pids(run);
        kill(first);
        Soon.await(
                "it executes again",
                () -> run.info().redeliveries() == 1 && !pids(run.info()).equals(first));
        List<Long> second = pids(run);
        assertThat(run.info().attempt()).isEqualTo(1);
        kill(second);
        Soon.await(
                "it executes again",
                () -> run.info().redeliveries() == 2 && !pids(run.info()).equals(second));
        kill(pids(run));
        assertThat(run).endsWithin(SOON).hasState(RunState.CRASHED).hasReason("its process died with it 3 times");
    }

    private static void kill(List<Long> pids) {
        pids.forEach(pid -> ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly));
    }

    @Test
    void aTimeoutOfATaskIsThatOfItsIsolatedAttempts() throws InterruptedException {
        Task<Void, ?> task = IsolatedTasks.STUBBORN.withOptions(
                IsolatedTasks.STUBBORN.options().withTimeout(Timeout.ofAttempt(Duration.ofSeconds(30))));
        test.errand().edit(task);
        Run<?> run = test.errand().trigger(task, null);
        List<Long> pids = pids(run);
        test.clock().advance(Duration.ofSeconds(31));
        assertDeadSoon(pids);
        assertThat(run).endsWithin(SOON).hasState(RunState.TIMED_OUT);
    }
}
