package dev.errand.bench;

import dev.errand.Errand;
import dev.errand.Event;
import dev.errand.EventFilter;
import dev.errand.RunId;
import dev.errand.RunInfo;
import dev.errand.RunState;
import dev.errand.Task;
import dev.errand.TriggerOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * How long from the commit of a run's end until a listener is called for it, in the process that ran it and in another one, runs being
 * triggered by a timetable. Who is called reads the run now and then: its state and output are to be there.
 */
final class Delivery {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final int CALLERS = 16;
    private static final int READ_EVERY = 20;

    private final int perSecond;
    /** So many of the runs are to warm up. */
    private final int before;

    private final long[] here;
    private final AtomicReferenceArray<RunId> ids;
    private final CountDownLatch heard;
    private final AtomicInteger next = new AtomicInteger();
    private final Task<Work.Order, Work.Receipt> task = Work.task((number, run) -> {});

    private Delivery(int perSecond, Duration span) {
        int watched = (int) (span.toMillis() * perSecond / 1_000);
        this.perSecond = perSecond;
        this.before = watched / 3;
        this.here = new long[before + watched];
        this.ids = new AtomicReferenceArray<>(here.length);
        this.heard = new CountDownLatch(here.length);
    }

    /** Watches for the span, after a third of it to warm up. */
    static EventReport.Delivery measure(Stores stores, int perSecond, Duration span) throws InterruptedException {
        Delivery delivery = new Delivery(perSecond, span);
        String url = stores.fresh();
        EventReport.Delivery result;
        String[] arguments = {url, String.valueOf(delivery.here.length)};
        try (Errand errand = Errand.open(TimedStores.PREFIX + url, delivery.task);
                Child there = Child.start(EarEngine.class, arguments)) {
            there.ask(); // it listens
            result = delivery.measure(errand, there);
        } finally {
            TimedStores.forget();
        }
        stores.clear();
        return result;
    }

    private EventReport.Delivery measure(Errand errand, Child there) throws InterruptedException {
        errand.on(EventFilter.named(Event.STATE), event -> hear(errand, event));
        trigger(errand);
        if (!heard.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new IllegalStateException("%,d ends were not heard of".formatted(heard.getCount()));
        }
        if (errand.listeners().getFirst().failures() > 0) {
            throw new IllegalStateException("an end was heard of that could not be read");
        }
        long[] tookHere = new long[here.length - before];
        long[] tookThere = new long[tookHere.length];
        for (int number = 0; number < here.length; number++) {
            long heardThere = there.ask();
            if (number >= before) {
                long committed = TimedStores.committed(Objects.requireNonNull(ids.get(number)));
                tookHere[number - before] = here[number] - committed;
                tookThere[number - before] = heardThere - committed;
            }
        }
        return new EventReport.Delivery(
                perSecond, millis(tookHere, 50), millis(tookHere, 99), millis(tookThere, 50), millis(tookThere, 99));
    }

    private void hear(Errand errand, Event event) {
        if (event.isEnd()) {
            int number = EarEngine.number(event);
            here[number] = Clocks.nanosOfAll();
            ids.set(number, event.run());
            heard.countDown();
            if (number % READ_EVERY == 0) {
                RunInfo run = errand.run(event.run()).info();
                if (run.state() != RunState.COMPLETED || run.output() == null) {
                    throw new IllegalStateException("it has ended, and does not look so");
                }
            }
        }
    }

    private void trigger(Errand errand) throws InterruptedException {
        long first = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(200);
        List<Thread> callers = new ArrayList<>();
        for (int i = 0; i < CALLERS; i++) {
            callers.add(Thread.ofPlatform().name("timetable-" + i).start(() -> triggerInTime(errand, first)));
        }
        for (Thread caller : callers) {
            caller.join();
        }
    }

    private void triggerInTime(Errand errand, long first) {
        for (int number = next.getAndIncrement(); number < here.length; number = next.getAndIncrement()) {
            Clocks.awaitNanos(first + number * TimeUnit.SECONDS.toNanos(1) / perSecond);
            errand.trigger(task, Work.order(number), TriggerOptions.none().name(String.valueOf(number)));
        }
    }

    private static double millis(long[] nanos, double percent) {
        return Statistics.rounded(Statistics.percentile(nanos, percent) / 1e6, 3);
    }
}
