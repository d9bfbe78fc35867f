package dev.errand.engine.value;

import dev.errand.StoreException;
import dev.errand.Subscription;
import dev.errand.ValueInfo;
import dev.errand.store.ValueStore;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads values for all who watch some in this process, on one thread, when it is told that there may be others. Begins with the first of
 * them; while nobody watches nothing is read.
 */
final class Watches implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Watches.class);
    private static final int READ_AT_ONCE = 500;
    /** What is told in between is looked at together. */
    private static final long PAUSE = TimeUnit.MILLISECONDS.toNanos(5);

    private static final long PAUSE_AFTER_ERROR = TimeUnit.MILLISECONDS.toNanos(250);

    private final ValueStore store;
    private final Runnable join;
    private final Set<Watch> watches = ConcurrentHashMap.newKeySet();
    private final Thread thread =
            Thread.ofPlatform().daemon().name("errand-values").unstarted(this::run);
    private boolean begun;
    private volatile boolean noticed;
    private volatile boolean closed;

    Watches(ValueStore store, Runnable join) {
        this.store = store;
        this.join = join;
    }

    /** Tells of a value, at first what it is now. */
    Subscription add(String name, Executor executor, Consumer<ValueInfo> handler) {
        join.run();
        Watch watch = new Watch(name, executor, handler, watches::remove);
        synchronized (this) {
            if (closed) {
                throw new StoreException("Value '%s' is not watched: the engine is closed".formatted(name));
            }
            watches.add(watch);
            start();
        }
        notice();
        return watch;
    }

    private void start() {
        if (!begun) {
            begun = true;
            thread.start();
        }
    }

    /** Values may have changed. */
    void notice() {
        if (!noticed && !watches.isEmpty()) {
            noticed = true;
            LockSupport.unpark(thread);
        }
    }

    private void run() {
        while (!closed) {
            if (!noticed) {
                LockSupport.park(this);
                continue;
            }
            noticed = false;
            pause(tryLook() ? PAUSE : PAUSE_AFTER_ERROR);
        }
    }

    private void pause(long nanos) {
        long end = System.nanoTime() + nanos;
        for (long left = nanos; left > 0 && !closed; left = end - System.nanoTime()) {
            LockSupport.parkNanos(this, left);
        }
    }

    private boolean tryLook() {
        try {
            look();
            return true;
        } catch (Throwable e) { // whatever it is, those who watch are to hear of what follows
            noticed = true;
            if (!closed) {
                LOG.atWarn()
                        .addKeyValue("reason", String.valueOf(e.getMessage()))
                        .setCause(e instanceof StoreException ? null : e)
                        .log("Values could not be read for those who watch them, trying again");
            }
            return false;
        }
    }

    private void look() {
        List<Watch> all = List.copyOf(watches);
        Map<String, ValueInfo> found =
                found(all.stream().map(Watch::name).distinct().toList());
        for (Watch watch : all) {
            watch.offer(found.getOrDefault(watch.name(), ValueInfo.none(watch.name())));
        }
    }

    private Map<String, ValueInfo> found(List<String> names) {
        Map<String, ValueInfo> found = new HashMap<>();
        for (int from = 0; from < names.size(); from += READ_AT_ONCE) {
            List<String> some = names.subList(from, Math.min(from + READ_AT_ONCE, names.size()));
            store.find(some).forEach(info -> found.put(info.name(), info));
        }
        return found;
    }

    /** Ends all of them. */
    @Override
    public void close() {
        synchronized (this) {
            closed = true;
        }
        LockSupport.unpark(thread);
        try {
            thread.join(2_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        List.copyOf(watches).forEach(Watch::close);
    }
}
