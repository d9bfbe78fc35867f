package dev.errand.acceptance;

import static dev.errand.acceptance.Soon.SOON;
import static dev.errand.testkit.ErrandAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Event;
import dev.errand.EventFilter;
import dev.errand.Json;
import dev.errand.Run;
import dev.errand.Task;
import dev.errand.testkit.TestErrand;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ListenerOutageTest {
    private static final int QUARTER_MB = 250_000;

    private final Gate gate = new Gate();
    private final Gate slow = new Gate();
    private final Semaphore raised = new Semaphore(0);
    private final Task<Integer, ?> raises = Task.named("raises", Integer.class).run((times, run) -> {
        gate.pass();
        for (int n = 0; n < times; n++) {
            run.raise("done", n);
        }
        raised.release();
    });
    private final AtomicInteger large = new AtomicInteger();
    private final Task<Integer, ?> raisesMuch = Task.named("raises-much", Integer.class)
            .run((times, run) -> {
                gate.pass();
                for (int n = 0; n < times; n++) {
                    run.raise("large", n + "x".repeat(QUARTER_MB));
                    large.incrementAndGet();
                }
            });

    @TempDir
    Path folder;

    @Test
    void whatIsRaisedWhileTheStoreIsAwayIsHeardAfterwardsByAllWhoListened() throws Exception {
        int times = 6_000;
        BlockingQueue<Event> heard = new LinkedBlockingQueue<>();
        List<Json> late = new CopyOnWriteArrayList<>();
        try (Outage outage = Outage.of(folder);
                TestErrand test =
                        TestErrand.open(settings -> settings.store(outage.url()).tasks(raises))) {
            test.errand().on(EventFilter.named("done"), heard::add);
            test.errand().on(EventFilter.named("done"), event -> {
                if (late.isEmpty()) {
                    slow.pass();
                }
                late.add(event.data());
            });
            Run<?> first = test.errand().trigger(raises, times);
            Run<?> second = test.errand().trigger(raises, times);
            gate.awaitArrivals(2);
            gate.letPass(1);
            Soon.await("the first is heard", () -> heard.size() == times);
            slow.awaitArrivals(1);
            outage.begin();
            gate.letPass(1);
            raised.acquire(2);
            slow.open(); // it is behind, and reads what it can
            Thread.sleep(Duration.ofSeconds(1)); // the outage
            outage.end();
            assertThat(first).endsWithin(SOON).isCompleted();
            assertThat(second).endsWithin(SOON).isCompleted().hasAttempts(1);
            Soon.await("both have heard all", () -> heard.size() == 2 * times && late.size() == 2 * times);
        }
        List<Json> each = IntStream.range(0, times)
                .mapToObj(n -> new Json(String.valueOf(n)))
                .toList();
        assertThat(late.subList(0, times)).isEqualTo(each);
        assertThat(late.subList(times, 2 * times)).isEqualTo(each);
        assertThat(heard.stream().map(Event::data).toList()).isEqualTo(late);
    }

    @Test
    void aBodyThatRaisesMuchWhileTheStoreIsAwayWaitsForItAndFillsNoMemory() throws Exception {
        int times = 64;
        BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        try (Outage outage = Outage.of(folder);
                TestErrand test =
                        TestErrand.open(settings -> settings.store(outage.url()).tasks(raisesMuch))) {
            test.errand().on(EventFilter.named("large"), event -> heard.add(first(event)));
            Run<?> run = test.errand().trigger(raisesMuch, times);
            gate.awaitArrivals(1);
            outage.begin();
            gate.open();
            Soon.await("as much is raised as is kept in memory", () -> large.get() >= 8_000_000 / QUARTER_MB);
            Thread.sleep(Duration.ofMillis(100)); // the outage
            assertThat(large).hasValueLessThanOrEqualTo(8_000_000 / QUARTER_MB + 1);
            outage.end();
            assertThat(run).endsWithin(SOON).isCompleted().hasAttempts(1);
            Soon.await("all is heard", () -> heard.size() == times);
        }
        assertThat(heard)
                .containsExactlyElementsOf(
                        IntStream.range(0, times).mapToObj(String::valueOf).toList());
    }

    private static String first(Event event) {
        String data = String.valueOf(event.data());
        return data.substring(1, data.indexOf('x'));
    }
}
