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

/** Errand as it comes. */
final class ErrandEngine implements Engine {
    /** The output. */
    record Receipt(int number, boolean ok) {}

    /** More than run at a time: what is recorded last is among the last that ran. */
    private static final int LAST = 256;

    private static final String TASK = "order";
    private static final TriggerOptions TOMORROW = TriggerOptions.none().after(Duration.ofDays(1));
    private static final Task<Order, Receipt> ORDER = task(0, number -> {}, new Last(LAST));
    /** Bodies that wait for the disk after each step. */
    private static final int MANY = 1_000;

    /** The runs whose bodies started last. */
    private static final class Last {
        private final AtomicReferenceArray<@Nullable RunId> ids;
        private final AtomicInteger next = new AtomicInteger();

        Last(int most) {
            ids = new AtomicReferenceArray<>(most);
        }

        void add(RunId id) {
            ids.set(Math.floorMod(next.getAndIncrement(), ids.length()), id);
        }

        RunId[] all() {
            RunId[] all = new RunId[ids.length()];
            for (int i = 0; i < all.length; i++) {
                all[i] = ids.get(i);
            }
            return Arrays.stream(all).filter(Objects::nonNull).toArray(RunId[]::new);
        }
    }

    private @Nullable Errand errand;
    private Last last = new Last(LAST);

    private static Task<Order, Receipt> task(int steps, IntConsumer body, Last last) {
        return Task.named(TASK, Order.class, Receipt.class).run((order, run) -> {
            for (int i = 0; i < steps; i++) {
                int step = i;
                run.step("step " + step, Receipt.class, () -> new Receipt(step, true));
            }
            body.accept(order.number());
            last.add(run.id());
            return new Receipt(order.number(), true);
        });
    }

    /** Without the code of the task it does not work. */
    @Override
    public void open(String url) {
        Errand engine = Errand.builder().store(url).tasks(ORDER).open();
        engine.withdraw(TASK);
        errand = engine;
    }

    @Override
    public void openToTrigger(String url) {
        errand = Errand.builder().store(url).concurrency(0).tasks(ORDER).open();
    }

    private Errand errand() {
        return Objects.requireNonNull(errand, "not open");
    }

    @Override
    public int batch() {
        return 1_000;
    }

    @Override
    public void triggerAll(List<Order> orders) {
        errand().triggerAll(ORDER, orders);
    }

    @Override
    public void trigger(Order order) {
        errand().trigger(ORDER, order);
    }

    @Override
    public void triggerLater(List<Order> orders) {
        errand().triggerAll(ORDER, orders, TOMORROW);
    }

    @Override
    public void startWorking(IntConsumer body) {
        last = new Last(LAST);
        errand().add(task(0, body, last));
    }

    @Override
    public void startWorking(int steps, IntConsumer body) {
        last = new Last(2 * MANY);
        errand().concurrency(MANY);
        errand().add(task(steps, body, last));
    }

    @Override
    public void stopWorking() {
        errand().withdraw(TASK);
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
        return !errand().runs(others).items().isEmpty();
    }

    /** All but COMPLETED, and DELAYED, which is what history is made of. */
    private static final RunState[] OTHERS = Arrays.stream(RunState.values())
            .filter(state -> state != RunState.COMPLETED && state != RunState.DELAYED)
            .toArray(RunState[]::new);

    @Override
    public void close() {
        errand().close();
    }
}
