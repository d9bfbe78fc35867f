package dev.errand.cli.serve;

import dev.errand.cli.console.Console;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/** What works until the process is told to end, by Ctrl-C or SIGTERM. What began last ends first. */
public final class Service implements AutoCloseable {
    private final Console console;
    private final Deque<Runnable> ends = new ArrayDeque<>();

    public Service(Console console) {
        this.console = console;
        Runtime.getRuntime().addShutdownHook(new Thread(this::end, "errand-end"));
    }

    /** How to end what has just begun. */
    public synchronized void then(Runnable end) {
        ends.push(end);
    }

    /** Comes back only when this thread is interrupted: else the process ends meanwhile. */
    public void untilEnd() throws InterruptedException {
        new CountDownLatch(1).await();
    }

    private void end() {
        Runnable first = next();
        if (first != null) {
            then(first);
            console.note("ending: attempts may finish, what is left is queued again");
            close();
        }
    }

    private synchronized @Nullable Runnable next() {
        return ends.poll();
    }

    /** Ends all of it, also what follows something that did not end as it should. */
    @Override
    public void close() {
        for (Runnable end = next(); end != null; end = next()) {
            try {
                end.run();
            } catch (RuntimeException e) {
                console.error("something did not end as it should: " + e);
            }
        }
        console.flush();
    }
}
