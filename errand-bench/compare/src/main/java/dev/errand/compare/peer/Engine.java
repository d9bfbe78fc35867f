package dev.errand.compare.peer;

import java.util.List;
import java.util.function.IntConsumer;

/** What the comparison asks of every engine. One thread calls it, {@link #trigger} many at a time. */
interface Engine extends AutoCloseable {
    /** Makes its tables and whatever triggering needs. It does not work yet. */
    void open(String url) throws Exception;

    /** The same for a process that will only trigger, where that makes a difference. */
    default void openToTrigger(String url) throws Exception {
        open(url);
    }

    /** How many runs go to a {@link #triggerAll} best. */
    int batch();

    /** Triggers many runs in whatever way suits it best. */
    void triggerAll(List<Order> orders) throws Exception;

    /** Triggers a run; it is durable when this returns. */
    void trigger(Order order) throws Exception;

    /** Triggers runs that are not due while anything is measured. */
    default void triggerLater(List<Order> orders) throws Exception {
        throw new UnsupportedOperationException("only Errand is asked for delayed runs");
    }

    /**
     * Starts to carry out what is queued.
     *
     * @param body gets the number of each run
     */
    void startWorking(IntConsumer body) throws Exception;

    /** The same, each body with so many steps before it counts itself: each has a name of its own and records a small result. */
    default void startWorking(int steps, IntConsumer body) throws Exception {
        throw new UnsupportedOperationException("it has no steps");
    }

    void stopWorking() throws Exception;

    /** Whether the end of some run whose body has ended is not recorded yet. */
    boolean pending() throws Exception;

    /** Whether all runs stand there as well ended, or, for engines that delete them, none stands there any more. */
    default boolean allEnded() throws Exception {
        return !pending();
    }
}
