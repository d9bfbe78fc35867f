package dev.errand.engine.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Errand;
import dev.errand.Event;
import dev.errand.EventFilter;
import dev.errand.Run;
import dev.errand.RunId;
import dev.errand.RunInfo;
import dev.errand.RunQuery;
import dev.errand.RunState;
import dev.errand.StoreException;
import dev.errand.Task;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two processes work on one file while a third triggers; one of the two is killed at a random moment, again and again. Then the
 * record of what happened is held against the promises. {@code -Derrand.kills} says how often, {@code -Derrand.seed} which moments.
 */
class KillTest {
    private static final int KILLS = Integer.getInteger("errand.kills", 10);
    private static final long SEED = Long.getLong("errand.seed", 20_261_121);

    private final Queue<RunId> acknowledged = new ConcurrentLinkedQueue<>();
    private final Map<RunId, Integer> ends = new ConcurrentHashMap<>();
    private final AtomicBoolean over = new AtomicBoolean();

    @Test
    void everyAcknowledgedRunEndsOnceWhateverIsKilled(@TempDir Path folder) throws Exception {
        // given
        String url = "jdbc:sqlite:" + folder.resolve("errand.db");
        Path journal = folder.resolve("bodies.txt");
        Task<ChaosWorker.Work, String> task = ChaosWorker.task(journal);
        Random random = new Random(SEED);
        List<Process> workers = new ArrayList<>();
        try (Errand errand =
                Errand.builder().store(url).tasks(task).concurrency(0).open()) {
            errand.on(EventFilter.named(Event.STATE), this::countEnd);
            workers.add(start(url, journal));
            workers.add(start(url, journal));
            Thread triggering = Thread.ofPlatform().start(() -> trigger(errand, task));

            // when
            for (int kill = 0; kill < KILLS; kill++) {
                LockSupport.parkNanos(Duration.ofMillis(random.nextInt(600)).toNanos());
                int victim = random.nextInt(workers.size());
                workers.get(victim).destroyForcibly().waitFor();
                workers.set(victim, start(url, journal));
            }
            over.set(true);
            triggering.join();

            // then
            Map<RunId, RunInfo> runs = awaitAll(errand);
            Map<String, Long> bodies = bodies(journal);
            assertThat(runs.values())
                    .as("every acknowledged run reaches a terminal state")
                    .allMatch(run -> run.state().isTerminal());
            assertThat(runs.values())
                    .as("bodies that succeed in the end complete")
                    .allMatch(run -> run.state() == RunState.COMPLETED || run.state() == RunState.CRASHED);
            assertThat(runs.keySet())
                    .as("what completed was attempted")
                    .allMatch(id -> bodies.getOrDefault(id.toString(), 0L) > 0);
            assertThat(runs.keySet()).as("every run ended exactly once").allMatch(id -> ends.getOrDefault(id, 0) == 1);
            summarize(runs, bodies);
        } finally {
            over.set(true);
            workers.forEach(Process::destroyForcibly);
        }
    }

    private void countEnd(Event event) {
        if (event.isEnd()) {
            ends.merge(event.run(), 1, Integer::sum);
        }
    }

    private void trigger(Errand errand, Task<ChaosWorker.Work, String> task) {
        long seed = 0;
        while (!over.get()) {
            try {
                List<ChaosWorker.Work> works = new ArrayList<>();
                for (int i = 0; i < 5; i++) {
                    works.add(new ChaosWorker.Work(seed++));
                }
                errand.triggerAll(task, works).forEach(run -> acknowledged.add(run.id()));
                acknowledged.add(
                        errand.trigger(task, new ChaosWorker.Work(seed++)).id());
            } catch (StoreException e) {
                continue; // not acknowledged: nothing is promised
            }
            LockSupport.parkNanos(Duration.ofMillis(15).toNanos());
        }
    }

    private Map<RunId, RunInfo> awaitAll(Errand errand) throws InterruptedException {
        Map<RunId, RunInfo> runs = new ConcurrentHashMap<>();
        long deadline = System.nanoTime() + Duration.ofSeconds(90).toNanos();
        for (RunId id : acknowledged) {
            Run<?> run = errand.run(id);
            run.result(Duration.ofNanos(Math.max(1, deadline - System.nanoTime())));
            runs.put(id, run.info());
        }
        Set<RunId> told = ends.keySet();
        while (!told.containsAll(runs.keySet()) && System.nanoTime() < deadline) {
            LockSupport.parkNanos(Duration.ofMillis(20).toNanos()); // the listener is told a moment after the waiter
        }
        assertThat(errand.runs(RunQuery.all().states(RunState.QUEUED, RunState.EXECUTING, RunState.RETRYING))
                        .items())
                .isEmpty();
        return runs;
    }

    private static Map<String, Long> bodies(Path journal) throws IOException {
        try (Stream<String> lines = Files.lines(journal)) {
            return lines.collect(
                    Collectors.groupingBy(line -> line.substring(0, line.indexOf(' ')), Collectors.counting()));
        }
    }

    /** Returns once it works: a process killed before would prove nothing. */
    private static Process start(String url, Path journal) throws IOException {
        Process worker = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        ChaosWorker.class.getName(),
                        url,
                        journal.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        assertThat(worker.inputReader().readLine()).startsWith("working");
        return worker;
    }

    private static void summarize(Map<RunId, RunInfo> runs, Map<String, Long> bodies) throws IOException {
        Map<RunState, Long> states = runs.values().stream()
                .collect(Collectors.groupingBy(RunInfo::state, TreeMap::new, Collectors.counting()));
        long again = runs.values().stream()
                .filter(run -> bodies.getOrDefault(run.id().toString(), 0L) > run.attempt())
                .count();
        String summary = """

                ## Workers killed at random

                Two processes work on one file while a third triggers; one of the two is killed (SIGKILL), again and again.

                | kills | seed | acknowledged runs | ended | bodies called again after a death | lost, twice ended or hanging |
                | ---: | ---: | ---: | --- | ---: | ---: |
                | %d | %d | %,d | %s | %d | 0 |
                """.formatted(KILLS, SEED, runs.size(), states, again);
        Path notes = Files.createDirectories(Path.of("target", "check-notes"));
        Files.writeString(notes.resolve("kill.md"), summary);
        System.out.print(summary);
    }
}
