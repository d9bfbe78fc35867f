package dev.errand.client;

import dev.errand.StoreException;
import dev.errand.Subscription;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a client does by itself, each on a virtual thread of its own, until it is done or closed. Code of users is called on other threads. */
final class Background implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Background.class);
    private static final Duration FOR_EVER = Duration.ofDays(36_500);

    private final Set<Thread> threads = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    /** Something that takes its time. */
    interface Work {
        /** @throws InterruptedException once it was closed */
        void run() throws InterruptedException;
    }

    /** Begins; closing what it gives ends it. */
    Subscription start(String name, Work work) {
        Thread thread = Thread.ofVirtual().name("errand-client-" + name).unstarted(() -> work(name, work));
        threads.add(thread);
        if (closed) {
            threads.remove(thread);
            throw new StoreException("This client is closed");
        }
        thread.start();
        return thread::interrupt;
    }

    private void work(String name, Work work) {
        try {
            work.run();
        } catch (InterruptedException e) {
            LOG.atDebug().addKeyValue("work", name).log("Closed");
        } catch (RuntimeException e) {
            if (!closed) {
                LOG.atError().addKeyValue("work", name).setCause(e).log("A client does something no more");
            }
        } finally {
            threads.remove(Thread.currentThread());
        }
    }

    /** A question that waits for something, and may be interrupted. */
    interface Waiting<T> {
        T ask() throws InterruptedException;
    }

    /** Asks until there is an answer, however long the server is away. */
    <T> T patiently(Waiting<T> question) throws InterruptedException {
        Pauses pauses = new Pauses(FOR_EVER);
        while (true) {
            try {
                return question.ask();
            } catch (StoreException e) {
                if (closed || Thread.currentThread().isInterrupted()) {
                    throw new InterruptedException();
                }
                LOG.atWarn()
                        .addKeyValue("reason", String.valueOf(e.getMessage()))
                        .log("A server is asked again");
                pauses.pause();
            }
        }
    }

    /** As {@link #patiently}, for what does not wait. */
    <T> T untilAnswered(Supplier<T> question) throws InterruptedException {
        return patiently(question::get);
    }

    boolean isClosed() {
        return closed;
    }

    @Override
    public void close() {
        closed = true;
        threads.forEach(Thread::interrupt);
    }
}
