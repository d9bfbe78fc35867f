package dev.errand.scripts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Attempt;
import dev.errand.CancelAnswer;
import dev.errand.Errand;
import dev.errand.Event;
import dev.errand.EventFilter;
import dev.errand.Failure;
import dev.errand.Json;
import dev.errand.LogLine;
import dev.errand.Progress;
import dev.errand.Run;
import dev.errand.RunState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.event.Level;

/** Programs as tasks of a running engine. */
@Timeout(600)
class ProgramRunTest {
    private static final Duration SOON = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    private Errand errand;

    @BeforeEach
    void open() {
        errand = engine();
    }

    private Errand engine() {
        return Errand.builder()
                .store("jdbc:sqlite:" + folder.resolve("errand.db"))
                .drain(Duration.ofMillis(100))
                .open();
    }

    @AfterEach
    void close() {
        errand.close();
    }

    private Run<Json> trigger(String header, String body) throws IOException {
        errand.put(Tasks.only(
                Tasks.script(folder, "job.sh", "#!/bin/sh\n# errand: id=job " + header + "\n" + body + "\n")));
        return errand.trigger("job", new Json("{\"n\": 1}"));
    }

    @Test
    void logProgressItemsAndOutputAreKeptWithTheRun() throws Exception {
        Run<Json> run = trigger("", "echo warm >&2; echo '::progress 1/2'; echo '::emit {\"part\":1}'; cat");
        assertThat(run.await(SOON)).isEqualTo(new Json("{\"n\": 1}"));
        assertThat(run.log())
                .extracting(LogLine::level, LogLine::message)
                .contains(org.assertj.core.groups.Tuple.tuple(Level.INFO, "warm"));
        assertThat(run.progress()).isEqualTo(Optional.of(new Progress(1, 2)));
        assertThat(run.emitted()).containsExactly(new Json("{\"part\":1}"));
    }

    @Test
    void aFailureIsNamedAfterTheExitCode() throws Exception {
        Run<Json> run = trigger("attempts=1", "echo 'disk is full' >&2; exit 3");
        assertThat(run.result(SOON).state()).isEqualTo(RunState.FAILED);
        assertThat(run.info().failure())
                .extracting(Failure::type, Failure::message, Failure::stack)
                .containsExactly("exit 3", "disk is full", "");
    }

    @Test
    void exitCode75IsTriedAgain() throws Exception {
        Run<Json> run = trigger("attempts=3 delay=10ms", "[ $ERRAND_ATTEMPT -lt 3 ] && exit 75; echo $ERRAND_ATTEMPT");
        assertThat(run.await(SOON)).isEqualTo(new Json("3"));
        assertThat(run.attempts()).extracting(Attempt::number).containsExactly(1, 2, 3);
    }

    @Test
    void aCancelledRunLeavesNoProcess() throws Exception {
        Run<Json> run = trigger("", "sleep 1000 & echo \"$$ $!\" > " + folder + "/pids; wait");
        List<ProcessHandle> processes = processes();
        assertThat(run.cancel()).isEqualTo(CancelAnswer.OK);
        assertThat(run.result(SOON).state()).isEqualTo(RunState.CANCELED);
        assertGone(processes);
    }

    @Test
    void aRunThatTimesOutLeavesNoProcess() throws Exception {
        Run<Json> run = trigger(
                "timeout=10s grace=100ms",
                "trap '' TERM; sleep 1000 & echo \"$$ $!\" > " + folder + "/pids; while :; do wait; done");
        List<ProcessHandle> processes = processes();
        assertThat(run.result(SOON).state()).isEqualTo(RunState.TIMED_OUT);
        assertGone(processes);
    }

    @Test
    void aShutdownEndsTheProgramAndSpendsNoAttempt() throws Exception {
        // given
        Run<Json> run = trigger(
                "attempts=1",
                "[ -e " + folder + "/again ] && { echo $ERRAND_ATTEMPT; exit; }; echo $$ > " + folder
                        + "/pids; while :; do sleep 0.05; done");
        List<ProcessHandle> processes = processes();
        // when
        errand.close();
        // then
        assertGone(processes);
        Files.createFile(folder.resolve("again"));
        errand = engine();
        errand.put(Tasks.only(folder.resolve("job.sh")));
        assertThat(errand.run(run.id()).await(SOON)).isEqualTo(new Json("1"));
    }

    @Test
    void aProgramThatLogsFarMoreThanIsKeptIsContained() throws Exception {
        // lines of 1 KB: 1 GB in a full check, 100 MB else
        int lines = Integer.getInteger("errand.kills", 5) >= 100 ? 1_000_000 : 100_000;
        Run<Json> run = trigger(
                "",
                "line=$(head -c 1000 /dev/zero | tr '\\0' x); yes $line | head -n %d >&2; echo done".formatted(lines));
        assertThat(run.await(Duration.ofMinutes(5))).isEqualTo(new Json("\"done\""));
        assertThat(run.log()).hasSizeLessThanOrEqualTo(10_001);
    }

    private List<ProcessHandle> processes() throws Exception {
        Path pids = folder.resolve("pids");
        BlockingQueue<Event> ticks = new LinkedBlockingQueue<>();
        try (var _ = errand.on(EventFilter.all(), ticks::add)) {
            long deadline = System.nanoTime() + SOON.toNanos();
            while (!Files.exists(pids) || Files.size(pids) == 0) {
                assertThat(System.nanoTime())
                        .as("waiting for the program to start")
                        .isLessThan(deadline);
                ticks.poll(20, TimeUnit.MILLISECONDS);
            }
        }
        return List.of(Files.readString(pids).strip().split(" ", -1)).stream()
                .map(pid -> ProcessHandle.of(Long.parseLong(pid)).orElse(null))
                .filter(Objects::nonNull)
                .toList();
    }

    private static void assertGone(List<ProcessHandle> processes) {
        assertThat(processes).isNotEmpty();
        Processes.awaitEnded(processes, SOON);
    }
}
