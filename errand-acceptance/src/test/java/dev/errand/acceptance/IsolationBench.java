package dev.errand.acceptance;

import dev.errand.Errand;
import dev.errand.Machine;
import dev.errand.Task;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** Measures what docs/machines.md says about the cost of isolated attempts. Argument: how many runs of each kind, 50 unless given. */
final class IsolationBench {
    static final Task<Void, Long> ISOLATED = Task.named("isolated", Void.class, Long.class)
            .machine(Machine.SMALL_1X)
            .isolated(IsolationBench.class)
            .run((payload, run) -> System.currentTimeMillis());

    static final Task<Void, Long> HERE =
            Task.named("here", Void.class, Long.class).run((payload, run) -> System.currentTimeMillis());

    private IsolationBench() {}

    public static void main(String[] arguments) throws Exception {
        int count = arguments.length == 0 ? 50 : Integer.parseInt(arguments[0]);
        measure("in the node's process", HERE, 0, count);
        measure("isolated, a child waits", ISOLATED, 1, count);
        measure("isolated, none waits", ISOLATED, 0, count);
    }

    private static void measure(String what, Task<Void, Long> task, int warm, int count) throws Exception {
        Path folder = Files.createTempDirectory("isolation-bench");
        List<Long> starts = new ArrayList<>();
        List<Long> ends = new ArrayList<>();
        try (Errand errand = Errand.builder()
                .store("jdbc:sqlite:" + folder.resolve("errand.db"))
                .tasks(task)
                .warmProcesses(warm)
                .open()) {
            for (int i = 0; i < count + 5; i++) {
                TimeUnit.MILLISECONDS.sleep(warm > 0 ? 2_000 : 20); // the next child is ready
                long before = System.nanoTime();
                long clock = System.currentTimeMillis();
                long began = errand.trigger(task, null).await(Duration.ofMinutes(1));
                if (i >= 5) {
                    starts.add(began - clock);
                    ends.add((System.nanoTime() - before) / 1_000);
                }
            }
        }
        Collections.sort(starts);
        Collections.sort(ends);
        System.out.printf(
                Locale.ROOT,
                "%-24s to the body's start: median %d ms, slowest %d ms; to the output: median %.1f ms, slowest %.1f ms%n",
                what,
                starts.get(count / 2),
                starts.getLast(),
                ends.get(count / 2) / 1e3,
                ends.getLast() / 1e3);
    }
}
