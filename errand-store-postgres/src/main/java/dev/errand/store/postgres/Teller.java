package dev.errand.store.postgres;

import dev.errand.StoreException;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings into the log what transactions of users' have left, when somebody says that there is something: on a thread of its own, since it takes
 * a commit, and turns with others who do the same.
 */
final class Teller implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Teller.class);

    private final Desk desk;
    private final Thread thread =
            Thread.ofPlatform().name("errand-store-teller").daemon().unstarted(this::run);
    private boolean started;
    private volatile boolean anything;
    private volatile boolean closed;

    Teller(Desk desk) {
        this.desk = desk;
    }

    /** Any thread; returns at once. */
    synchronized void tell() {
        anything = true;
        if (closed) {
            return;
        }
        if (!started) {
            started = true;
            thread.start();
        }
        LockSupport.unpark(thread);
    }

    private void run() {
        while (!closed) {
            if (anything) {
                anything = false;
                tellAll();
            } else {
                LockSupport.park(this);
            }
        }
    }

    private void tellAll() {
        try {
            boolean more = true;
            while (more && !closed) {
                more = desk.transact(Untold::tell);
            }
        } catch (StoreException e) {
            log.atDebug().addKeyValue("reason", e.getMessage()).log("Not told yet; the next look does");
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        LockSupport.unpark(thread);
    }
}
