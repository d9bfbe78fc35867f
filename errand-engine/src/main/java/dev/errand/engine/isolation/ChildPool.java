package dev.errand.engine.isolation;

import dev.errand.Machine;
import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The children of a node: some wait for jobs, of each kind of machine that its tasks name, so that an attempt does not have to wait for the start
 * of a JVM. A child is used once and then replaced: nothing that one body left behind, in memory or as threads, meets the next.
 *
 * <p>Nothing is started and no socket opened before there is a use for it. Thread-safe.
 */
public final class ChildPool implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ChildPool.class);
    /** So long a child may take to start, on a machine that is very busy. */
    private static final Duration START = Duration.ofSeconds(60);

    /** A child that has told what came of its attempt may run its shutdown hooks for so long. */
    private static final Duration LAST_MOMENT = Duration.ofMillis(500);

    private final String main;
    private final int warm;
    private final AtomicLong numbers = new AtomicLong();
    private final Map<Long, Child> children = new ConcurrentHashMap<>();
    private final Map<Optional<Machine>, ArrayDeque<Child>> waiting = new HashMap<>();
    private final ExecutorService starter = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("errand-child-starter").factory());
    private @Nullable Door door;
    private @Nullable MemoryWatch watch;
    private Set<Optional<Machine>> kept = Set.of();
    private boolean closed;

    /**
     * Starts nothing yet.
     *
     * @param main the class whose main method children execute
     * @param warm how many wait for each kind of machine
     */
    public ChildPool(String main, int warm) {
        this.main = main;
        this.warm = warm;
    }

    /** Keeps children waiting for jobs on these machines; empty stands for none. */
    public synchronized void keep(Collection<Optional<Machine>> machines) {
        kept = Set.copyOf(machines);
        kept.forEach(machine -> waiting.computeIfAbsent(machine, each -> new ArrayDeque<>()));
        refill();
    }

    /** How many processes were ever started. */
    public long started() {
        return numbers.get();
    }

    /** How many wait and are ready. */
    public synchronized long ready() {
        return waiting.values().stream()
                .flatMap(Collection::stream)
                .filter(child -> child.isAlive() && child.ready().isDone())
                .count();
    }

    // ── a job

    /**
     * A child that is ready for a job: one that waits, or a new one.
     *
     * @throws IOException if none can be started
     */
    public Child take(@Nullable Machine machine) throws IOException, InterruptedException {
        Child child = waiting(Optional.ofNullable(machine));
        if (child == null) {
            child = start(machine);
        }
        refill();
        try {
            child.ready().get(START.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            release(child);
            throw new IOException("A child process cannot be started: " + reason(e), e);
        } catch (TimeoutException e) {
            release(child);
            throw new IOException("A child process was not ready after %d s".formatted(START.toSeconds()), e);
        } catch (InterruptedException e) {
            release(child);
            throw e;
        }
        watch().watch(child);
        return child;
    }

    private static String reason(ExecutionException e) {
        Throwable cause = e.getCause();
        return String.valueOf(cause == null ? e.getMessage() : cause.getMessage());
    }

    /** One that is ready, else one that soon will be. */
    private synchronized @Nullable Child waiting(Optional<Machine> machine) {
        ArrayDeque<Child> line = waiting.getOrDefault(machine, new ArrayDeque<>());
        line.removeIf(child -> !child.isAlive());
        for (Child child : line) {
            if (child.ready().isDone()) {
                line.remove(child);
                return child;
            }
        }
        return line.poll();
    }

    /** Its job is done, or not to be done: it ends, and returns when it and all it started are dead. */
    public void release(Child child) {
        child.dismiss(LAST_MOMENT);
        watch().forget(child);
        children.values().remove(child);
    }

    // ── starting them

    private synchronized void refill() {
        try {
            if (warm > 0 && !kept.isEmpty() && !closed) {
                starter.execute(this::startMissing);
            }
        } catch (RejectedExecutionException e) {
            // closed
        }
    }

    /** One after another, so that their starts do not take all processors from bodies. */
    private void startMissing() {
        for (List<Optional<Machine>> next = missing(); !next.isEmpty(); next = missing()) {
            Optional<Machine> machine = next.getFirst();
            try {
                Child child = start(machine.orElse(null));
                offer(machine, child);
                child.ready().get(START.toMillis(), TimeUnit.MILLISECONDS);
            } catch (IOException | ExecutionException | TimeoutException e) {
                LOG.atWarn()
                        .addKeyValue("reason", String.valueOf(e.getMessage()))
                        .log("A child process for isolated attempts cannot be kept waiting");
                return; // the next attempt tries again, and tells
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    /** The first of which too few wait; none if all is well. */
    private synchronized List<Optional<Machine>> missing() {
        for (Optional<Machine> machine : kept) {
            ArrayDeque<Child> line = waiting.getOrDefault(machine, new ArrayDeque<>());
            line.removeIf(child -> !child.isAlive());
            if (!closed && line.size() < warm) {
                return List.of(machine);
            }
        }
        return List.of();
    }

    private void offer(Optional<Machine> machine, Child child) {
        synchronized (this) {
            if (!closed) {
                waiting.computeIfAbsent(machine, each -> new ArrayDeque<>()).add(child);
                return;
            }
        }
        child.kill();
    }

    private Child start(@Nullable Machine machine) throws IOException {
        Door open = door();
        long number = numbers.incrementAndGet();
        String mark = UUID.randomUUID().toString();
        ProcessBuilder builder = new ProcessBuilder(ChildCommand.of(main, machine, open.path(), number))
                .redirectInput(Redirect.from(new File(isWindows() ? "NUL" : "/dev/null")))
                .redirectOutput(Redirect.INHERIT)
                .redirectError(Redirect.INHERIT);
        builder.environment().put(Child.MARK, mark);
        synchronized (children) { // it may connect at once
            Child child = new Child(machine, builder.start(), mark);
            children.put(number, child);
            return child;
        }
    }

    private @Nullable Child child(long number) {
        synchronized (children) {
            return children.get(number);
        }
    }

    private static boolean isWindows() {
        return System.getProperty("os.name", "").startsWith("Windows");
    }

    private synchronized Door door() throws IOException {
        if (closed) {
            throw new IOException("the engine is closed");
        }
        if (door == null) {
            door = new Door(this::child);
        }
        return door;
    }

    private synchronized MemoryWatch watch() {
        if (watch == null) {
            watch = new MemoryWatch();
        }
        return watch;
    }

    /** Kills all of them. */
    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            starter.shutdownNow();
            waiting.clear();
        }
        List<Child> all = new ArrayList<>(children.values());
        all.forEach(child -> child.handle().destroyForcibly());
        all.forEach(Child::kill);
        synchronized (this) {
            if (door != null) {
                door.close();
            }
            if (watch != null) {
                watch.close();
            }
        }
    }
}
