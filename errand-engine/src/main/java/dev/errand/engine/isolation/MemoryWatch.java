package dev.errand.engine.isolation;

import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/** Looks several times a second at the memory of the children that have a limit, with all they started, and kills those beyond it. */
final class MemoryWatch implements AutoCloseable {
    private static final long EVERY = 150_000_000;
    /** What a child started is looked for less often: that means a look at all processes. */
    private static final int DESCENDANTS_EVERY = 4;

    private final Set<Child> watched = ConcurrentHashMap.newKeySet();
    private final Thread thread =
            Thread.ofPlatform().daemon().name("errand-memory-watch").unstarted(this::run);
    private volatile boolean closed;

    MemoryWatch() {
        thread.start();
    }

    void watch(Child child) {
        if (child.machine() != null && watched.add(child)) {
            LockSupport.unpark(thread);
        }
    }

    void forget(Child child) {
        watched.remove(child);
    }

    private void run() {
        for (int tick = 0; !closed; tick++) {
            if (watched.isEmpty()) {
                LockSupport.park(this);
            } else {
                LockSupport.parkNanos(this, EVERY);
                for (Child child : watched) {
                    look(child, tick % DESCENDANTS_EVERY == 0);
                }
            }
        }
    }

    private void look(Child child, boolean anew) {
        if (anew) {
            Set<Long> members = new HashSet<>();
            members.add(child.pid());
            child.handle().descendants().forEach(each -> members.add(each.pid()));
            child.members(members);
        }
        long bytes = Memory.resident(child.members());
        if (child.machine() != null && bytes > child.machine().bytes()) {
            watched.remove(child);
            child.outOfMemory(bytes);
        }
    }

    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
    }
}
