package dev.errand.scripts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Json;
import dev.errand.Task;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** How a program is ended: on cancel, time-out and shutdown its thread is interrupted, and nothing it started may stay behind. */
@Timeout(300)
class ProgramEndTest {
    private static final Duration SOON = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    private final RecordedRun run = new RecordedRun();

    @Test
    void anInterruptedProgramIsAskedToEndAndMayTidyUp() throws Exception {
        // given
        Attempt attempt = start("# errand: grace=25s\n"
                + "trap 'echo tidied >&2; exit 0' TERM; echo ready >&2; while :; do sleep 0.05; done");
        run.awaitLine("ready");
        // when
        attempt.interrupt();
        // then
        assertThat(attempt.ended()).isInstanceOf(InterruptedException.class);
        assertThat(run.log).contains("INFO tidied");
    }

    @Test
    void allDescendantsEndWithTheProgram() throws Exception {
        // given a grandchild, and a child of it whose parent is gone
        Attempt attempt = start("""
                sh -c 'echo $$ >> pids; sleep 1000' &
                sh -c 'sh -c "echo \\$\\$ >> pids; exec sleep 1000" & echo $! >> pids'
                setsid sh -c 'echo $$ >> pids; exec sleep 1000' >/dev/null 2>&1 </dev/null &
                while [ $(wc -l < pids) -lt 4 ]; do sleep 0.02; done
                echo ready >&2
                wait
                """);
        run.awaitLine("ready");
        List<ProcessHandle> processes = pids();
        assertThat(processes).hasSizeGreaterThanOrEqualTo(3).allMatch(ProcessHandle::isAlive);
        // when
        attempt.interrupt();
        // then
        assertThat(attempt.ended()).isInstanceOf(InterruptedException.class);
        Processes.awaitEnded(processes, SOON);
    }

    @Test
    void aProgramThatIgnoresTheRequestIsKilledAfterItsGrace() throws Exception {
        Duration limit = Duration.ofSeconds(3); // without the header it would be five seconds, each time
        Duration quickest = SOON;
        for (int tries = 0; tries < 5 && quickest.compareTo(limit) >= 0; tries++) {
            Attempt attempt =
                    start("# errand: grace=300ms\ntrap '' TERM; echo ready >&2; while :; do sleep 0.05; done");
            run.awaitLine("ready");
            long from = System.nanoTime();
            attempt.interrupt();
            assertThat(attempt.ended()).isInstanceOf(InterruptedException.class);
            Duration took = Duration.ofNanos(System.nanoTime() - from);
            assertThat(took).isGreaterThanOrEqualTo(Duration.ofMillis(300));
            quickest = took.compareTo(quickest) < 0 ? took : quickest;
        }
        assertThat(quickest).isLessThan(limit);
    }

    @Test
    void aSecondInterruptionDoesNotWaitForTheGrace() throws Exception {
        Attempt attempt =
                start("# errand: grace=25s\ntrap 'echo no >&2' TERM; echo ready >&2; while :; do sleep 0.05; done");
        run.awaitLine("ready");
        attempt.interrupt();
        run.awaitLine("no");
        long from = System.nanoTime();
        attempt.interrupt();
        assertThat(attempt.ended()).isInstanceOf(InterruptedException.class);
        assertThat(Duration.ofNanos(System.nanoTime() - from)).isLessThan(Duration.ofSeconds(20));
    }

    @Test
    void aProgramThatFloodsItsPipesCanBeEnded() throws Exception {
        Attempt attempt = start("echo ready >&2; yes >&2 & exec yes");
        run.awaitLine("ready");
        attempt.interrupt();
        assertThat(attempt.ended()).isInstanceOf(InterruptedException.class);
    }

    @Test
    void whatAProgramLeavesInItsPipesDoesNotHoldItUp() throws Exception {
        // a background process that inherited standard output, as of a careless script
        Attempt attempt =
                start("sh -c 'echo $$ > pids; exec sleep 1000' & while [ ! -s pids ]; do sleep 0.02; done; echo done");
        assertThat(attempt.output()).isEqualTo(new Json("\"done\""));
        Processes.awaitEnded(pids(), SOON);
    }

    @Test
    void anErrorOfTheEngineWhileItTakesAnItemEndsTheProgram() throws Exception {
        RecordedRun refusing = new RecordedRun() {
            @Override
            public void emit(@Nullable Object item) {
                throw new IllegalArgumentException("too much");
            }
        };
        Task<?, ?> task = task("echo '::emit 1'; while :; do echo more; done");
        assertThat(new Attempt(task, refusing).ended()).hasMessage("too much");
    }

    private Attempt start(String body) throws IOException {
        return new Attempt(task(body), run);
    }

    private Task<?, ?> task(String body) throws IOException {
        return Tasks.only(
                Tasks.script(folder, "job.sh", "#!/bin/sh\n" + body.replace("pids", folder + "/pids") + "\n"));
    }

    private List<ProcessHandle> pids() throws IOException {
        return Files.readAllLines(folder.resolve("pids")).stream()
                .flatMap(pid -> ProcessHandle.of(Long.parseLong(pid.strip())).stream())
                .toList();
    }

    /** A body on a virtual thread, as the engine runs it. */
    private static final class Attempt {
        private final CompletableFuture<@Nullable Object> outcome = new CompletableFuture<>();
        private final Thread thread;

        Attempt(Task<?, ?> task, RecordedRun run) {
            thread = Thread.ofVirtual().start(() -> {
                try {
                    outcome.complete(Tasks.run(task, new Json("{}"), run));
                } catch (Exception e) {
                    outcome.completeExceptionally(e);
                }
            });
        }

        void interrupt() {
            thread.interrupt();
        }

        @Nullable
        Object output() throws Exception {
            return outcome.get(SOON.toSeconds(), TimeUnit.SECONDS);
        }

        Throwable ended() throws Exception {
            return outcome.handle((output, error) -> error == null ? new AssertionError("returned " + output) : error)
                    .get(SOON.toSeconds(), TimeUnit.SECONDS);
        }
    }
}
