package dev.errand.examples.desktop;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.AWTEvent;
import java.awt.EventQueue;
import java.awt.Toolkit;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import javax.swing.SwingUtilities;

/** The event thread, as a test sees it. What is awaited is looked at after each event, since only by events something changes there. */
final class EventThread extends EventQueue {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final List<Expected> expected = new ArrayList<>();

    /** In the place of the one that is there. */
    static EventThread begin() {
        EventThread queue = new EventThread();
        Toolkit.getDefaultToolkit().getSystemEventQueue().push(queue);
        return queue;
    }

    @Override
    protected void dispatchEvent(AWTEvent event) {
        super.dispatchEvent(event);
        expected.removeIf(Expected::isSettled);
    }

    void until(String what, BooleanSupplier condition) {
        CompletableFuture<Void> met = new CompletableFuture<>();
        SwingUtilities.invokeLater(() -> expected.add(new Expected(condition, met)));
        assertThat(met).as(what).succeedsWithin(PATIENCE);
    }

    <T> T ask(Supplier<T> question) {
        return CompletableFuture.supplyAsync(question, SwingUtilities::invokeLater)
                .join();
    }

    void tell(Runnable action) {
        CompletableFuture.runAsync(action, SwingUtilities::invokeLater).join();
    }

    private record Expected(BooleanSupplier condition, CompletableFuture<Void> met) {
        boolean isSettled() {
            try {
                return condition.getAsBoolean() && met.complete(null);
            } catch (RuntimeException e) {
                return met.completeExceptionally(e);
            }
        }
    }
}
