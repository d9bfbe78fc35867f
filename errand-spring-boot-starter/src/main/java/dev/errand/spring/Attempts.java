package dev.errand.spring;

import dev.errand.Task;
import dev.errand.TaskBody;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** The attempts this node makes: how many now, and how each ended. */
final class Attempts {
    /** Hears of attempts on the threads of their bodies. */
    interface Listener {
        /** @param error null if the body returned */
        void ended(String task, Duration took, @Nullable Throwable error);
    }

    private final List<Listener> listeners = new CopyOnWriteArrayList<>();
    private int executing;

    void onEnd(Listener listener) {
        listeners.add(listener);
    }

    synchronized int executing() {
        return executing;
    }

    /** The same task, seen from here. */
    <P extends @Nullable Object, O extends @Nullable Object> Task<P, O> watched(Task<P, O> task) {
        TaskBody<P, O> body = task.body();
        return task.withBody((payload, run) -> {
            long start = System.nanoTime();
            begin();
            Throwable error = null;
            try {
                return body.run(payload, run);
            } catch (Throwable e) {
                error = e;
                throw e;
            } finally {
                end();
                tell(task.id(), Duration.ofNanos(System.nanoTime() - start), error);
            }
        });
    }

    private void tell(String task, Duration took, @Nullable Throwable error) {
        listeners.forEach(listener -> listener.ended(task, took, error));
    }

    private synchronized void begin() {
        executing++;
    }

    private synchronized void end() {
        executing--;
        notifyAll();
    }

    /** Waits until no body runs, at most so long; answers whether none does. */
    synchronized boolean awaitNone(Duration timeout) throws InterruptedException {
        long end = System.nanoTime() + timeout.toNanos();
        while (executing > 0) {
            long left = (end - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                return false;
            }
            wait(left);
        }
        return true;
    }
}
