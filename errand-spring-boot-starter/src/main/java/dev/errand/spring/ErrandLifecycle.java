package dev.errand.spring;

import dev.errand.Errand;
import dev.errand.StoreException;
import dev.errand.Task;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Begins to work when all else has started, and stops first: no attempt is begun any more, and those under way may finish, while the web
 * server still answers and the DataSource is open. What has not finished by then is interrupted when the {@link Errand} bean closes, and
 * goes back to the queue.
 */
final class ErrandLifecycle implements SmartLifecycle {
    private static final Logger log = LoggerFactory.getLogger(ErrandLifecycle.class);

    private final Errand errand;
    private final Duration drain;
    private final Attempts attempts;
    private final Supplier<List<Task<?, ?>>> tasks;
    private List<Task<?, ?>> added = List.of();
    private volatile boolean running;

    /** @param tasks asked for when all beans are there */
    ErrandLifecycle(Errand errand, Duration drain, Attempts attempts, Supplier<List<Task<?, ?>>> tasks) {
        this.errand = errand;
        this.drain = drain;
        this.attempts = attempts;
        this.tasks = tasks;
    }

    @Override
    public int getPhase() {
        return DEFAULT_PHASE; // the last to start, the first to stop; the web server comes some steps before
    }

    @Override
    public void start() {
        added = tasks.get();
        added.forEach(task -> errand.add(attempts.watched(task)));
        running = true;
        log.atInfo().addKeyValue("tasks", added.size()).log("Errand works");
    }

    @Override
    public void stop() {
        running = false;
        withdraw();
        try {
            if (!attempts.awaitNone(drain)) {
                log.atWarn()
                        .addKeyValue("attempts", attempts.executing())
                        .log("Attempts have not finished in time; they are interrupted, and their runs queued again");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void withdraw() {
        try {
            added.forEach(task -> errand.withdraw(task.id()));
        } catch (StoreException e) { // then nothing is begun either, and those under way may finish all the same
            log.atWarn().addKeyValue("reason", e.getMessage()).log("The store could not be told that this node ends");
        }
    }

    @Override
    public boolean isRunning() {
        return running;
    }
}
