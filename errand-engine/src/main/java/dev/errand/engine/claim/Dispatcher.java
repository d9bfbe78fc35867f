package dev.errand.engine.claim;

import dev.errand.Machine;
import dev.errand.RunId;
import dev.errand.RunState;
import dev.errand.Task;
import dev.errand.TaskQueue;
import dev.errand.engine.attempt.Attempt;
import dev.errand.engine.attempt.Surroundings;
import dev.errand.engine.task.Tasks;
import dev.errand.store.Claim;
import dev.errand.store.ClaimRequest;
import dev.errand.store.Report;
import dev.errand.store.Store;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Claims runs and starts an attempt for each as slots allow; one for each engine. It asks the store for as many runs as it has room
 * for; the request stands until there are some, so nothing is polled. A few that come are started on the store's thread, many on its
 * own; attempts that end start the next one themselves.
 */
public final class Dispatcher implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Dispatcher.class);
    /** Claims that could not start for so long are given back: other nodes may have room. */
    private static final long STALE = TimeUnit.MILLISECONDS.toNanos(200);

    /** So few claims are started by the store's thread, which a hop to ours would cost more. */
    private static final int FEW = 16;

    private static final long PAUSE_AFTER_ERROR = TimeUnit.MILLISECONDS.toNanos(250);

    private final Store store;
    private final Tasks tasks;
    private final Surroundings surroundings;
    private final Admission admission;
    private final Slots slots;
    private final Map<RunId, Attempt> attempts = new ConcurrentHashMap<>();
    /** Cancels of runs that are claimed but have not reached us yet. */
    private final Map<RunId, String> cancels = new ConcurrentHashMap<>();

    private final ConcurrentLinkedQueue<List<Claim>> arrived = new ConcurrentLinkedQueue<>();
    private final Thread thread =
            Thread.ofPlatform().daemon().name("errand-dispatcher").unstarted(this::run);
    private volatile boolean asking;
    private volatile boolean failed;
    private volatile boolean closed;
    /** No body is to begin any more: who is just starting one tells it so. */
    private volatile boolean stopping;

    private volatile Set<String> paused = Set.of();
    private Set<String> askedFor = Set.of();
    private volatile int requests;

    public Dispatcher(Store store, Tasks tasks, Surroundings surroundings, int concurrency, Machine budget) {
        this.store = store;
        this.tasks = tasks;
        this.surroundings = surroundings;
        this.admission = new Admission(budget, tasks, surroundings.clock());
        this.slots = new Slots(concurrency, admission);
    }

    public void start() {
        surroundings.recorder().onCaughtUp(this::wake);
        thread.start();
    }

    // ── the loop

    private void run() {
        while (!closed) {
            ask();
            park();
            take();
            fill();
            giveBackStale();
        }
    }

    private void giveBackStale() {
        List<Claim> stale = slots.stale(STALE);
        if (!stale.isEmpty()) {
            admission.givenBack(stale);
            giveBack(stale);
        }
    }

    private synchronized void ask() {
        Set<String> names = slots.limit() == 0 ? Set.of() : admission.names();
        boolean changed = !names.equals(askedFor);
        if (!changed && (asking || names.isEmpty() || surroundings.recorder().isBehind())) {
            return;
        }
        // Without any task the request only takes the place of the one before, and nothing is expected of it.
        int wanted = names.isEmpty() ? 1 : slots.wanted();
        if (wanted > 0) {
            asking = !names.isEmpty();
            askedFor = names;
            int request = requests + 1;
            requests = request;
            try {
                CompletionStage<List<Claim>> answer = store.claim(new ClaimRequest(
                        wanted, slots.limit(), names, tasks.offer().queues()));
                answer.whenComplete((claims, error) -> arrive(request, claims, error));
            } catch (RuntimeException | Error e) {
                arrive(request, null, e);
            }
        }
    }

    /** On the store's thread, which is not to be kept: it starts a few, and hands many over. */
    private void arrive(int request, @Nullable List<Claim> claims, @Nullable Throwable error) {
        List<Claim> came = claims == null ? List.of() : claims;
        boolean few = !came.isEmpty() && came.size() <= FEW;
        try {
            if (error != null) {
                stumble(error);
            } else if (few) {
                add(came);
            } else if (!came.isEmpty()) {
                arrived.add(came);
            }
            answered(request);
            if (few) {
                ask();
            }
        } catch (RuntimeException | Error e) {
            stumble(e);
            answered(request);
        }
        if (!few || failed || slots.anyWaiting()) {
            wake();
        }
    }

    private void stumble(Throwable error) {
        LOG.atWarn()
                .addKeyValue("reason", String.valueOf(error.getMessage()))
                .log("Runs could not be claimed, trying again");
        failed = true;
    }

    /** Once what came for it is counted, so that nothing is asked for twice. */
    private synchronized void answered(int request) {
        if (request == requests) { // else it was replaced by one that stands
            asking = false;
        }
    }

    private void add(List<Claim> claims) {
        List<Claim> tooLarge = admission.tooLarge(claims);
        if (tooLarge.isEmpty()) {
            slots.add(claims);
        } else {
            giveBack(tooLarge);
            slots.add(claims.stream().filter(claim -> !tooLarge.contains(claim)).toList());
            wake();
        }
        fill();
        if (closed) {
            giveBack(slots.stop());
        }
    }

    private void park() {
        if (failed) {
            failed = false;
            LockSupport.parkNanos(this, PAUSE_AFTER_ERROR);
        } else if (arrived.isEmpty() && !closed) {
            if (slots.anyWaiting() || admission.changesSoon()) {
                LockSupport.parkNanos(this, STALE / 4);
            } else {
                LockSupport.park(this);
            }
        }
    }

    private void take() {
        List<Claim> claims;
        while ((claims = arrived.poll()) != null) {
            add(claims);
        }
    }

    private void wake() {
        LockSupport.unpark(thread);
    }

    // ── attempts

    private void fill() {
        Claim claim;
        while ((claim = slots.take()) != null) {
            start(claim);
        }
    }

    private void start(Claim claim) {
        Task<?, ?> task = tasks.find(claim.task());
        if (task == null || isPaused(claim)) {
            giveBack(List.of(claim));
            free(claim);
            return;
        }
        Attempt attempt = new Attempt(claim, task, surroundings, this::ended);
        attempts.put(claim.run(), attempt);
        passOnCancel(claim.run(), attempt); // one that came before we knew of the attempt
        if (stopping) {
            attempt.shutDown();
        }
        try {
            if (attempt.wantsPlatformThread()) {
                Thread.ofPlatform().daemon().name("errand-" + task.id()).start(attempt);
            } else {
                Thread.startVirtualThread(attempt);
            }
        } catch (OutOfMemoryError e) { // no more threads to be had: later, perhaps elsewhere
            attempts.remove(claim.run(), attempt);
            giveBack(List.of(claim));
            free(claim);
            LOG.atError().setCause(e).log("No thread for an attempt");
        }
    }

    private void ended(Attempt attempt) {
        attempts.remove(attempt.claim().run(), attempt);
        attempt.took().ifPresent(slots::took);
        boolean more = free(attempt.claim());
        fill();
        if (more || (!asking && slots.lacks())) {
            wake();
        }
    }

    private boolean isPaused(Claim claim) {
        Set<String> all = paused;
        String queue = claim.options().queue();
        return !all.isEmpty()
                && ((queue != null && all.contains(queue.toLowerCase(Locale.ROOT)))
                        || all.contains(TaskQueue.OF_TASK + claim.task().toLowerCase(Locale.ROOT)));
    }

    /** Answers whether something of the node's budget became free. */
    private boolean free(Claim claim) {
        boolean more = admission.free(claim);
        slots.free(claim);
        return more;
    }

    private void giveBack(Collection<Claim> claims) {
        for (Claim claim : claims) {
            surroundings.recorder().record(new Report.Released(claim), receipt -> {});
        }
    }

    private void recordCanceled(Claim claim, String reason) {
        Instant now = surroundings.clock().instant();
        Report canceled = new Report.Ended(claim, RunState.CANCELED, null, now, null, null, reason, false);
        surroundings.recorder().record(canceled, receipt -> {});
    }

    // ── what others ask

    /** Starts nothing of these queues, by their names in lower case, that was claimed before they were paused. */
    public void pause(Set<String> queues) {
        paused = queues;
    }

    /** The tasks whose code is here have changed. */
    public void refresh() {
        wake();
    }

    public int concurrency() {
        return slots.limit();
    }

    /** How many bodies have a slot just now. */
    public int executing() {
        return slots.running();
    }

    public void concurrency(int concurrency) {
        slots.limit(concurrency);
        fill();
        wake();
    }

    /** Stops a run that this node holds, wherever it stands between claim and body. */
    public void cancel(RunId run, String reason) {
        Attempt attempt = attempts.get(run);
        if (attempt != null) {
            attempt.cancel(reason);
            return;
        }
        Claim claim = slots.remove(run);
        if (claim != null) {
            recordCanceled(claim, reason);
        } else {
            cancels.put(run, reason);
            attempt = attempts.get(run); // it may have begun between the looks, and looked itself too early
            if (attempt != null) {
                passOnCancel(run, attempt);
            }
        }
    }

    private void passOnCancel(RunId run, Attempt attempt) {
        String reason = cancels.isEmpty() ? null : cancels.remove(run);
        if (reason != null) {
            attempt.cancel(reason);
        }
    }

    /** Forgets cancels whose runs never came. */
    public void forgetCancels() {
        cancels.clear();
    }

    /** Stops the body of a run that is no longer this node's. */
    public void lose(RunId run) {
        Attempt attempt = attempts.get(run);
        if (attempt != null) {
            attempt.lose();
        }
        slots.remove(run);
    }

    /** Stops all bodies and starts none that wait: this node was taken for dead, and its runs are others' now. */
    public void loseAll() {
        giveBack(slots.stale(0)); // which does nothing to those that others have
        attempts.values().forEach(Attempt::lose);
    }

    /** Stops all bodies and starts none that wait; their runs go back to the queue and spend no attempt. */
    public void interruptAll() {
        giveBack(slots.stale(0));
        attempts.values().forEach(Attempt::shutDown);
        surroundings.locks().loseAll(); // also what other threads hold
    }

    // ── the end

    /**
     * Claims nothing more, lets bodies end for so long, interrupts the rest, and gives their runs back. Bodies that ignore even that
     * are left behind.
     */
    public void close(Duration drain, Duration afterInterrupt) {
        closed = true;
        wake();
        giveBack(slots.stop());
        boolean interrupted = false;
        try {
            thread.join(1_000);
            giveBack(slots.stop());
            if (!slots.awaitIdle(drain.toMillis())) {
                stopping = true;
                attempts.values().forEach(Attempt::shutDown);
                if (!slots.awaitIdle(afterInterrupt.toMillis())) {
                    LOG.atWarn()
                            .addKeyValue("attempts", attempts.size())
                            .log("Bodies ignore interruption; their runs go back to the queue all the same");
                }
            }
        } catch (InterruptedException e) {
            interrupted = true;
            stopping = true;
            attempts.values().forEach(Attempt::shutDown);
        }
        stopping = true;
        attempts.values().forEach(Attempt::abandon);
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        close(Duration.ZERO, Duration.ZERO);
    }
}
