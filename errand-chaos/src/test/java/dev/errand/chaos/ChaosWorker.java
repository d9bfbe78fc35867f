package dev.errand.chaos;

import dev.errand.BatchEnd;
import dev.errand.Errand;
import dev.errand.Retry;
import dev.errand.Run;
import dev.errand.RunId;
import dev.errand.Task;
import dev.errand.TriggerOptions;
import dev.errand.chaos.Entry.Kind;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** A process that works until it is killed, or told to end. Its bodies fail now and then, and most take up to 40 ms, a few a second. */
final class ChaosWorker {
    /** What a body is asked to do: which seed decides how it behaves. */
    record Work(long seed) {}

    /** To be done as fast as it goes. */
    static final Task<Integer, Integer> PLAIN =
            Task.named("plain", Integer.class, Integer.class).run((number, run) -> number);

    /** What is to be done once for each batch. */
    static final Task<BatchEnd, Integer> REPORT =
            Task.named("report", BatchEnd.class, Integer.class).run((end, run) -> end.completed());

    private ChaosWorker() {}

    static Task<Work, String> task(Logbook logbook) {
        return Task.named("chaos", Work.class, String.class)
                .retry(Retry.fixed(Duration.ofMillis(20)).attempts(5))
                .run((work, run) -> {
                    logbook.add(Kind.BEGAN, 0, run.id(), String.valueOf(run.attempt()));
                    Random random = new Random(work.seed());
                    if (random.nextInt(3) == 0) {
                        run.emit(run.attempt());
                        run.log().info("attempt {}", run.attempt());
                    }
                    if (random.nextInt(4) == 0) {
                        Thread.sleep(random.nextInt(40));
                    }
                    if (random.nextInt(100) == 0) {
                        Thread.sleep(1_000);
                    }
                    if (random.nextInt(10) == 0 && run.attempt() == 1) {
                        throw new IOException("the first attempt fails");
                    }
                    logbook.add(Kind.ENDED, 0, run.id(), String.valueOf(run.attempt()));
                    return "done " + work.seed();
                });
    }

    /**
     * Arguments: the store's URL, how many attempts to make at a time. For each line it is given it triggers so many runs at once, to
     * start after so many milliseconds.
     */
    public static void main(String[] arguments) throws Exception {
        Logbook logbook = Logbook.ofThisProcess();
        Task<Work, String> task = task(logbook);
        try (Errand errand = Errand.builder()
                .store(arguments[0])
                .tasks(task, PLAIN, REPORT, LimitedWork.task(logbook))
                .queues(LimitedWork.FEW, LimitedWork.KEYED)
                .concurrency(Integer.parseInt(arguments[1]))
                .open()) {
            Runtime.getRuntime().addShutdownHook(new Thread(errand::close)); // as a service does
            System.out.println("working at " + Instant.now());
            BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            for (String line = lines.readLine(); line != null; line = lines.readLine()) { // ends with the parent
                String[] order = line.split(" ", -1);
                List<Work> works = Collections.nCopies(Integer.parseInt(order[0]), new Work(1));
                Duration delay = Duration.ofMillis(Long.parseLong(order[1]));
                List<RunId> runs = errand
                        .triggerAll(task, works, TriggerOptions.none().after(delay))
                        .stream()
                        .map(Run::id)
                        .toList();
                runs.forEach(run -> logbook.add(Kind.TRIGGERED, 0, run, ""));
                System.out.println(runs.getFirst());
            }
        }
    }
}
