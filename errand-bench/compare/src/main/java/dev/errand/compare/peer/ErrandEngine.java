package dev.errand.compare.peer;

import dev.errand.Errand;
import dev.errand.RunId;
import dev.errand.RunQuery;
import dev.errand.RunState;
import dev.errand.Task;
import dev.errand.TriggerOptions;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/** Errand as it comes. It triggers from an engine that does not work, and works in one of default concurrency. */
final class ErrandEngine implements Engine {
    /** The output. */
    record Receipt(int number, boolean ok) {}

    /** More than run at a time: what is recorded last is among the last that ran. */
    private static final int LAST = 256;

    private static final String TASK = "order";
    private static final TriggerOptions TOMORROW = TriggerOptions.none().after(Duration.ofDays(1));
    private static final Task<Order, Receipt> ORDER = task(number -> {}, new Last());

    /** The runs whose bodies started last. */
    private static final class Last {
        private final AtomicReferenceArray<@Nullable RunId> ids = new AtomicReferenceArray<>(LAST);
        private final AtomicInteger next = new AtomicInteger();

        void add(RunId id) {
            ids.set(Math.floorMod(next.getAndIncrement(), LAST), id);
        }

        RunId[] all() {
            RunId[] all = new RunId[LAST];
            for (int i = 0; i < LAST; i++) {
                all[i] = ids.get(i);
            }
            return Arrays.stream(all).filter(Objects::nonNull).toArray(RunId[]::new);
        }
    }

    private String url = "";
    private @Nullable Errand triggers;
    private @Nullable Errand worker;
    private Last last = new Last();

    private static Task<Order, Receipt> task(IntConsumer body, Last last) {
        return Task.named(TASK, Order.class, Receipt.class).run((order, run) -> {
            body.accept(order.number());
            last.add(run.id());
            return new Receipt(order.number(), true);
        });
    }

    @Override
    public void open(String url) {
        this.url = url;
        triggers = idler();
    }

    private Errand idler() {
        return Errand.builder().store(url).concurrency(0).tasks(ORDER).open();
    }

    @Override
    public int batch() {
        return 1_000;
    }

    /** While it works, the working engine triggers, as it does in a program that has one. */
    private Errand triggering() {
        return Objects.requireNonNull(worker != null ? worker : triggers, "not open");
    }

    @Override
    public void triggerAll(List<Order> orders) {
        triggering().triggerAll(ORDER, orders);
    }

    @Override
    public void trigger(Order order) {
        triggering().trigger(ORDER, order);
    }

    @Override
    public void triggerLater(List<Order> orders) {
        triggering().triggerAll(ORDER, orders, TOMORROW);
    }

    @Override
    public void startWorking(IntConsumer body) {
        last = new Last();
        worker = Errand.builder().store(url).tasks(task(body, last)).open();
        if (triggers != null) {
            triggers.close(); // one node, not two
            triggers = null;
        }
    }

    @Override
    public void stopWorking() {
        if (worker != null) {
            triggers = idler();
            worker.close();
            worker = null;
        }
    }

    @Override
    public boolean pending() {
        RunId[] ids = last.all();
        return ids.length > 0 && any(RunQuery.all().ids(ids));
    }

    @Override
    public boolean allEnded() {
        return !any(RunQuery.all());
    }

    private boolean any(RunQuery query) {
        RunQuery others = query.limit(1).states(OTHERS);
        return !triggering().runs(others).items().isEmpty();
    }

    /** All but COMPLETED, and DELAYED, which is what history is made of. */
    private static final RunState[] OTHERS = Arrays.stream(RunState.values())
            .filter(state -> state != RunState.COMPLETED && state != RunState.DELAYED)
            .toArray(RunState[]::new);

    @Override
    public void close() {
        stopWorking();
        if (triggers != null) {
            triggers.close();
        }
    }
}
