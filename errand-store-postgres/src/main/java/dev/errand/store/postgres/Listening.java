package dev.errand.store.postgres;

import java.sql.SQLException;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGNotification;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hears what other processes tell, on a thread and a connection of its own, once this process has a reason to. Now and then, and after
 * a time without a connection, it supposes that something was missed; of values, of which nobody else tells again, also while it hears
 * much else. Without NOTIFY it supposes so ten times a second.
 */
final class Listening implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Listening.class);
    private static final int SUPPOSE_AFTER_MILLIS = 2_000;
    private static final long SUPPOSE_AFTER = TimeUnit.MILLISECONDS.toNanos(SUPPOSE_AFTER_MILLIS);
    private static final long POLL = TimeUnit.MILLISECONDS.toNanos(100);
    /** Of so many polls one is for what is rare and may wait for two seconds: requests, tasks, nodes. */
    private static final int POLLS_FOR_ALL = 20;

    private static final long PAUSE = TimeUnit.MILLISECONDS.toNanos(250);

    private final Surroundings surroundings;
    private final Connections connections;
    private final String sender;
    private final IntSupplier peers;
    private final Consumer<Set<Notice>> hearer;
    private final CountDownLatch first = new CountDownLatch(1);
    private final Thread thread =
            Thread.ofPlatform().name("errand-store-listener").daemon().unstarted(this::run);
    /** When values were last supposed to have changed, or heard to have. */
    private long values = System.nanoTime();

    private volatile @Nullable Database listening;
    private volatile boolean closed;
    private boolean started;

    /**
     * Hears nothing until it is started.
     *
     * @param sender whose notifications are this process's own
     * @param peers how many other nodes there are, who may have told something that was missed
     */
    Listening(
            Surroundings surroundings,
            Connections connections,
            String sender,
            IntSupplier peers,
            Consumer<Set<Notice>> hearer) {
        this.surroundings = surroundings;
        this.connections = connections;
        this.sender = sender;
        this.peers = peers;
        this.hearer = hearer;
    }

    /** Returns when it hears; or after a while if it cannot yet. */
    void start() {
        synchronized (this) {
            if (started || closed) {
                return;
            }
            started = true;
            thread.start();
        }
        try {
            if (surroundings.settings().notifies() && !first.await(2, TimeUnit.SECONDS)) {
                log.atWarn().log("Notifications are not heard yet; this node looks by itself meanwhile");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        int polls = 0;
        while (!closed) {
            if (surroundings.settings().notifies()) {
                listen();
            } else {
                LockSupport.parkNanos(this, POLL);
                boolean all = ++polls % POLLS_FOR_ALL == 0;
                hearer.accept(
                        all
                                ? EnumSet.allOf(Notice.class)
                                : EnumSet.of(Notice.EVENTS, Notice.WORK, Notice.LOCKS, Notice.VALUES));
            }
        }
    }

    private void listen() {
        try (Database database = connections.openToListen()) {
            listening = database;
            database.run("listen " + Notifier.channel(surroundings.settings().schema()));
            if (first.getCount() == 0) {
                hearer.accept(EnumSet.allOf(Notice.class)); // anything may have been missed
            }
            first.countDown();
            while (!closed) {
                hear(database);
            }
        } catch (SQLException e) {
            if (!closed) {
                log.atDebug().addKeyValue("reason", e.getMessage()).log("Not listening for a moment; connecting again");
                LockSupport.parkNanos(this, PAUSE);
                hearer.accept(EnumSet.of(Notice.EVENTS, Notice.OLD_WORK, Notice.LOCKS, Notice.VALUES));
            }
        } finally {
            listening = null;
        }
    }

    private void hear(Database database) throws SQLException {
        PGNotification[] notifications = database.driver().getNotifications(SUPPOSE_AFTER_MILLIS);
        Set<Notice> heard = EnumSet.noneOf(Notice.class);
        if (notifications == null || notifications.length == 0) {
            if (peers.getAsInt() != 0) {
                heard.add(Notice.EVENTS);
                heard.add(Notice.VALUES);
            }
        } else {
            for (PGNotification notification : notifications) {
                add(heard, notification.getParameter());
            }
        }
        supposeValues(heard);
        if (!heard.isEmpty() && !closed) {
            hearer.accept(heard);
        }
    }

    /** Now and then, whatever else is heard: a process that ended may not have told its last. */
    private void supposeValues(Set<Notice> heard) {
        long now = System.nanoTime();
        if (now - values >= SUPPOSE_AFTER && peers.getAsInt() != 0) {
            heard.add(Notice.VALUES);
        }
        if (heard.contains(Notice.VALUES)) {
            values = now;
        }
    }

    private void add(Set<Notice> heard, String payload) {
        int colon = payload.indexOf(':');
        if (colon < 0 || payload.substring(0, colon).equals(sender)) {
            return;
        }
        for (Notice notice : Notice.values()) {
            if (payload.indexOf(notice.letter(), colon) > 0) {
                heard.add(notice);
            }
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        Database database = listening;
        if (database != null) {
            abort(database);
        }
        LockSupport.unpark(thread);
        try {
            if (started) {
                thread.join(2_000);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** It may be waiting for the network. */
    private static void abort(Database database) {
        try {
            database.connection().abort(Runnable::run);
        } catch (SQLException e) {
            // Then its thread notices within two seconds.
        }
    }
}
