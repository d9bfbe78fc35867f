package dev.errand.acceptance;

import static dev.errand.acceptance.Soon.SOON;
import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Event;
import dev.errand.EventFilter;
import dev.errand.Json;
import dev.errand.Run;
import dev.errand.RunInfo;
import dev.errand.RunState;
import dev.errand.Task;
import dev.errand.testkit.SettableClock;
import dev.errand.testkit.TestErrand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How long an end takes to be heard of, from the return of the body, which is before the commit, until it has been read. */
class DeliveryTest {
    private static final int RUNS = 200;

    private final Task<String, Long> quick =
            Task.named("quick", String.class, Long.class).run((payload, run) -> System.nanoTime());

    private final SettableClock clock = new SettableClock();

    @TempDir
    Path folder;

    @Test
    void anEndIsHeardOfHereAndInAnotherEngineWithItsOutput() throws Exception {
        String url = TestStore.url(folder);
        try (TestErrand works = open(url, 2);
                TestErrand hears = open(url, 0)) {
            works.errand().add(quick);
            List<Long> here = listen(works);
            List<Long> there = listen(hears);
            for (int i = 0; i < RUNS; i++) {
                Run<Long> run = works.errand().trigger(quick, "x");
                assertThat(run.await(SOON)).isPositive();
                int count = i + 1;
                Soon.await("both have heard", () -> here.size() == count && there.size() == count);
            }
            note(here, there);
        }
    }

    @Test
    void bodiesThatComputeKeepNobodyFromHearing() throws Exception {
        int processors = Runtime.getRuntime().availableProcessors();
        AtomicBoolean stop = new AtomicBoolean();
        Semaphore computing = new Semaphore(0);
        Task<Integer, ?> computes = Task.named("computes", Integer.class).run((payload, run) -> {
            computing.release();
            while (!stop.get()) {
                Thread.onSpinWait();
            }
        });
        try (TestErrand test = open(TestStore.url(), processors)) {
            test.errand().add(computes);
            test.errand().add(quick);
            test.errand()
                    .triggerAll(computes, IntStream.range(0, processors).boxed().toList());
            computing.acquire(processors);
            BlockingQueue<Event> heard = new LinkedBlockingQueue<>();
            test.errand().on(EventFilter.ofTask("quick"), heard::add);
            Run<Json> waits = test.errand().trigger("quick", "x");
            assertThat(Soon.next(heard).run()).isEqualTo(waits.id());
            stop.set(true);
            test.runUntilIdle();
        } finally {
            stop.set(true);
        }
    }

    private TestErrand open(String url, int concurrency) {
        return TestErrand.open(clock, settings -> settings.store(url).concurrency(concurrency));
    }

    private List<Long> listen(TestErrand test) {
        List<Long> took = new CopyOnWriteArrayList<>();
        test.errand().on(EventFilter.ofTask("quick").withName(Event.STATE), event -> {
            if (event.isEnd()) {
                RunInfo info = test.errand().run(event.run()).info();
                assertThat(info.state()).isEqualTo(RunState.COMPLETED);
                long returned = Long.parseLong(String.valueOf(info.output()));
                took.add(System.nanoTime() - returned);
            }
        });
        return took;
    }

    /** Told, and not judged: the machine may be doing other things meanwhile. */
    private static void note(List<Long> here, List<Long> there) throws IOException {
        String store = TestStore.POSTGRES ? "postgresql" : "sqlite";
        Path notes = Files.createDirectories(Path.of("target", "check-notes")).resolve("delivery-" + store + ".md");
        Files.writeString(notes, """

                ## From the return of a body until a listener has read its end and output, %s, %d runs one by one

                | where | p50, ms | p99, ms | to reach |
                | --- | ---: | ---: | ---: |
                | the engine that ran it | %.1f | %.1f | 20 |
                | another engine on the store | %.1f | %.1f | 50 |
                """.formatted(
                store, RUNS, percentile(here, 50), percentile(here, 99), percentile(there, 50), percentile(there, 99)));
    }

    private static double percentile(List<Long> nanos, int part) {
        List<Long> sorted = nanos.stream().sorted().toList();
        return Duration.ofNanos(sorted.get(sorted.size() * part / 100)).toNanos() / 1e6;
    }
}
