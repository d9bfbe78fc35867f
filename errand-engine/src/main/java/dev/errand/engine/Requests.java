package dev.errand.engine;

import dev.errand.CancelAnswer;
import dev.errand.ErrandException;
import dev.errand.Json;
import dev.errand.PurgeAnswer;
import dev.errand.PurgeCounts;
import dev.errand.RescheduleAnswer;
import dev.errand.RetryAnswer;
import dev.errand.RunId;
import dev.errand.RunInfo;
import dev.errand.RunState;
import dev.errand.TaskInfo;
import dev.errand.engine.task.Definitions;
import dev.errand.engine.trigger.Triggers;
import dev.errand.store.CancelReceipt;
import dev.errand.store.Store;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** What is asked of a run from outside. The store answers; where this node works on the run, its worker hears of it at once. */
final class Requests {
    /** How long a purge waits for bodies on other nodes to stop. */
    private static final Duration PURGE_PATIENCE = Duration.ofSeconds(2);

    private final Store store;
    private final Lookup lookup;
    private final Definitions definitions;
    private final Triggers triggers;
    private final @Nullable Worker worker;
    private final LongSupplier node;

    /** @param node this node's number, which changes when it has to join anew */
    Requests(
            Store store,
            Lookup lookup,
            Definitions definitions,
            Triggers triggers,
            @Nullable Worker worker,
            LongSupplier node) {
        this.store = store;
        this.lookup = lookup;
        this.definitions = definitions;
        this.triggers = triggers;
        this.worker = worker;
        this.node = node;
    }

    CancelAnswer cancel(RunId id, String reason) {
        if (lookup.known(id).isEmpty()) {
            return CancelAnswer.NOT_FOUND;
        }
        CancelReceipt receipt = store.cancel(id, reason);
        if (worker != null && receipt.holder() == node.getAsLong()) {
            worker.dispatcher.cancel(id, reason);
        }
        if (worker != null && receipt.children()) {
            worker.keeper.requested();
        }
        return receipt.answer();
    }

    RetryAnswer retry(RunId id, boolean force) {
        RunInfo run = lookup.known(id).orElse(null);
        if (run == null) {
            return RetryAnswer.NOT_FOUND;
        }
        Integer own = run.maxAttempts();
        int maxAttempts = own != null
                ? own
                : definitions.find(run.task()).map(TaskInfo::attempts).orElse(1);
        Instant expiresAt = triggers.expiresAtAfterRetry(run);
        RetryAnswer answer = store.retry(id, maxAttempts, expiresAt, force);
        if (expiresAt != null && worker != null) {
            worker.keeper.wakeAt(expiresAt);
        }
        return answer;
    }

    RescheduleAnswer reschedule(RunId id, Instant due) {
        Instant start = triggers.start(due);
        RunInfo run = lookup.known(id).orElse(null);
        if (run == null) {
            return RescheduleAnswer.NOT_FOUND;
        }
        Instant expiresAt = run.expiresAt();
        if (expiresAt != null && run.dueAt() != null) {
            expiresAt = start.plus(Duration.between(run.dueAt(), expiresAt));
        }
        RescheduleAnswer answer = store.reschedule(id, start, expiresAt);
        if (worker != null) {
            worker.keeper.wakeAt(start);
        }
        return answer;
    }

    PurgeAnswer purge(RunId id) {
        return lookup.known(id).isPresent() ? store.purge(id, false) : PurgeAnswer.NOT_FOUND;
    }

    PurgeAnswer forcePurge(RunHandle<?> run) {
        Optional<RunInfo> info = lookup.known(run.id());
        info.ifPresent(found -> stop(List.of(found), id -> run));
        return store.purge(run.id(), true);
    }

    PurgeCounts purge(List<RunInfo> runs) {
        return store.purge(ids(runs), false);
    }

    /** What waits is deleted first, or it would be begun where others are stopped. */
    PurgeCounts forcePurge(List<RunInfo> runs, Engine engine) {
        PurgeCounts waiting = store.purge(ids(runs), false);
        if (waiting.executing() == 0) {
            return waiting;
        }
        List<RunInfo> held = new ArrayList<>();
        for (RunInfo run : runs) {
            store.find(run.id()).ifPresent(held::add);
        }
        stop(held, id -> new RunHandle<>(engine, id, Json.class));
        PurgeCounts stopped = store.purge(ids(held), true);
        return new PurgeCounts(waiting.purged() + stopped.purged(), stopped.executing());
    }

    private static List<RunId> ids(List<RunInfo> runs) {
        return runs.stream().map(RunInfo::id).toList();
    }

    /** Interrupts their bodies. It waits a moment for those on other nodes: for all together, not for one after the other. */
    private void stop(List<RunInfo> runs, Function<RunId, RunHandle<?>> handles) {
        List<RunHandle<?>> elsewhere = new ArrayList<>();
        for (RunInfo run : runs) {
            Long holder = run.node();
            if (worker != null && holder != null && holder == node.getAsLong()) {
                worker.dispatcher.lose(run.id());
            } else if (run.state() == RunState.EXECUTING && cancel(run.id(), "purged") != CancelAnswer.NOT_FOUND) {
                elsewhere.add(handles.apply(run.id()));
            }
        }
        long end = System.nanoTime() + PURGE_PATIENCE.toNanos();
        elsewhere.forEach(run -> awaitStopped(run, end));
    }

    private static void awaitStopped(RunHandle<?> run, long end) {
        try {
            run.result(Duration.ofNanos(Math.max(0, end - System.nanoTime())));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ErrandException e) {
            // gone or out of reach: the purge that follows says so
        }
    }

    /** See {@link dev.errand.Errand#concurrency(int)}. */
    void concurrency(int concurrency) {
        requirePositive(concurrency);
        if (worker == null) {
            throw new IllegalStateException("This engine was opened with concurrency 0 and never works");
        }
        worker.keeper.concurrency(node.getAsLong(), concurrency);
    }

    boolean nodeConcurrency(long number, int concurrency) {
        requirePositive(concurrency);
        return wish(number, concurrency);
    }

    boolean drainNode(long number) {
        return wish(number, 0);
    }

    private boolean wish(long number, int concurrency) {
        if (worker != null && number == node.getAsLong()) {
            worker.keeper.concurrency(number, concurrency);
            return true;
        }
        return store.concurrency(number, concurrency);
    }

    private static void requirePositive(int concurrency) {
        if (concurrency < 1) {
            throw new IllegalArgumentException("concurrency is " + concurrency + "; at least 1 is needed");
        }
    }
}
