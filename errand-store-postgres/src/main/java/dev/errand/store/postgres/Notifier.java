package dev.errand.store.postgres;

import dev.errand.StoreException;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells other processes, after the commit and apart from it, what there is to look at: PostgreSQL makes commits that NOTIFY wait for
 * each other. What is to be told within some milliseconds goes into one notification, and none goes out while nobody listens. Who
 * misses one finds out by itself a little later.
 */
final class Notifier implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Notifier.class);
    private static final long PAUSE = TimeUnit.MILLISECONDS.toNanos(4);
    /** Nothing is lost with it, so that no disk is waited for. */
    private static final String NOTIFY = "select set_config('synchronous_commit', 'off', true), pg_notify(?, ?)";

    /** What only concerns those who work or watch elsewhere. */
    private static final Set<Notice> FOR_PEERS = EnumSet.of(
            Notice.WORK,
            Notice.OLD_WORK,
            Notice.PERMITS,
            Notice.EVENTS,
            Notice.REQUESTS,
            Notice.UNTOLD,
            Notice.LOCKS,
            Notice.AWAITED,
            Notice.VALUES);

    private final Surroundings surroundings;
    private final Pool pool;
    private final IntSupplier peers;
    private final String sender = Long.toString(ThreadLocalRandom.current().nextLong() >>> 1, Character.MAX_RADIX);
    private final Set<Notice> waiting = EnumSet.noneOf(Notice.class);
    private final Thread thread =
            Thread.ofPlatform().name("errand-store-notifier").daemon().unstarted(this::run);
    private volatile boolean anything;
    private volatile boolean closed;

    /**
     * Sends nothing until it is started.
     *
     * @param peers how many other nodes there are; negative if unknown
     */
    Notifier(Surroundings surroundings, Pool pool, IntSupplier peers) {
        this.surroundings = surroundings;
        this.pool = pool;
        this.peers = peers;
    }

    void start() {
        if (surroundings.settings().notifies()) {
            thread.start();
        }
    }

    /** As it stands in payloads. */
    String sender() {
        return sender;
    }

    static String channel(String schema) {
        return schema.equals("errand") ? schema : "errand_" + schema;
    }

    /** Any thread; returns at once. */
    void tell(Set<Notice> notices) {
        boolean first;
        synchronized (waiting) {
            for (Notice notice : notices) {
                if (notice != Notice.BEGUN && (peers.getAsInt() != 0 || !FOR_PEERS.contains(notice))) {
                    waiting.add(notice);
                }
            }
            first = !anything && !waiting.isEmpty();
            anything = !waiting.isEmpty();
        }
        if (first) {
            LockSupport.unpark(thread);
        }
    }

    private void run() {
        while (!closed) {
            if (anything) {
                send(take());
                pause();
            } else {
                LockSupport.park(this);
            }
        }
        send(take()); // others may wait for the last words of a process that ends
    }

    private void pause() {
        long end = System.nanoTime() + PAUSE;
        for (long left = PAUSE; left > 0 && !closed; left = end - System.nanoTime()) {
            LockSupport.parkNanos(this, left);
        }
    }

    private String take() {
        synchronized (waiting) {
            StringBuilder letters = new StringBuilder();
            waiting.forEach(notice -> letters.append(notice.letter()));
            waiting.clear();
            anything = false;
            return letters.toString();
        }
    }

    private void send(String letters) {
        if (letters.isEmpty()) {
            return;
        }
        try {
            String channel = channel(surroundings.settings().schema());
            pool.askAhead(database -> database.sql(NOTIFY)
                    .set(channel)
                    .set(sender + ":" + letters)
                    .list(row -> true));
        } catch (StoreException e) {
            log.atDebug()
                    .addKeyValue("reason", e.getMessage())
                    .log("Others could not be notified; they look by themselves");
        }
    }

    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
        try {
            thread.join(2_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
