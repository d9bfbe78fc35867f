package dev.errand.spring;

import dev.errand.Task;
import dev.errand.TaskBody;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The bodies of the application's tasks that this node executes just now. */
final class Attempts {
    private int executing;

    synchronized int executing() {
        return executing;
    }

    /** The same task, seen from here. */
    <P extends @Nullable Object, O extends @Nullable Object> Task<P, O> watched(Task<P, O> task) {
        TaskBody<P, O> body = task.body();
        return task.withBody((payload, run) -> {
            begin();
            try {
                return body.run(payload, run);
            } finally {
                end();
            }
        });
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
