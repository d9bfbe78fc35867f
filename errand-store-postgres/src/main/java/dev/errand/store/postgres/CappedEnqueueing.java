package dev.errand.store.postgres;

import dev.errand.QueueFullException;
import dev.errand.RunId;
import dev.errand.StoreException;
import dev.errand.store.NewRun;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Stores new runs of which there may be too many. Whoever has his turn at the desk stores those of all callers who wait for theirs, in one
 * commit: so one transaction of this process waits for those of others that store such runs, and the node's beat has a connection meanwhile.
 * When the connection breaks, or the answer to a commit is lost, the same runs are sent again for some seconds; what is stored already is
 * left as it is.
 */
final class CappedEnqueueing {
    /** In a commit, unless a call has more. */
    private static final int MOST_RUNS = 1_000;

    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(10);

    /** What one caller wants to be stored, all or none. Changed by whoever has the turn. */
    private static final class Call {
        private final List<NewRun> runs;
        private boolean answered;
        private @Nullable RuntimeException error;
        /** Why it is not known whether they are stored. */
        private @Nullable StoreException doubt;

        private final Tries tries = new Tries();

        private Call(List<NewRun> runs) {
            this.runs = runs;
        }
    }

    private final Desk desk;
    private final ConcurrentLinkedQueue<Call> waiting = new ConcurrentLinkedQueue<>();

    CappedEnqueueing(Desk desk) {
        this.desk = desk;
    }

    /**
     * Returns when they are durable. Their tasks have numbers. Any thread.
     *
     * @throws QueueFullException if there is no room for all of them
     */
    void enqueue(List<NewRun> runs) {
        Call call = new Call(List.copyOf(runs));
        waiting.add(call);
        try {
            Patience.untilFree(
                    PATIENCE,
                    () -> desk.inTurn(() -> tryToAnswer(call)),
                    () -> Objects.requireNonNull(call.doubt, "an outage has a reason"));
        } finally {
            if (!call.answered) {
                waiting.remove(call);
            }
        }
        if (call.error != null) {
            throw call.error;
        }
    }

    /** Null while the database is away. */
    private @Nullable Boolean tryToAnswer(Call call) {
        while (!call.answered) {
            StoreException doubt = call.doubt;
            if (doubt != null && call.tries.lasted(PATIENCE)) { // others have tried for it, too
                throw doubt;
            }
            if (!store(first())) {
                return null;
            }
        }
        return true;
    }

    private List<Call> first() {
        List<Call> first = new ArrayList<>();
        int runs = 0;
        for (Call call : waiting) {
            runs += call.runs.size();
            if (runs > MOST_RUNS && !first.isEmpty()) {
                break;
            }
            first.add(call);
        }
        return first;
    }

    /**
     * Answers all of them, unless the database is away. Something may be wrong with one, which is to spoil no other: each has a commit of its
     * own then.
     */
    private boolean store(List<Call> calls) {
        long began = System.nanoTime();
        try {
            List<@Nullable QueueFullException> refusals = desk.transact(tx -> store(tx, calls));
            for (int i = 0; i < calls.size(); i++) {
                answer(calls.get(i), refusals.get(i));
            }
            return true;
        } catch (RuntimeException e) {
            if (e instanceof StoreException outage && PostgresErrors.isOutage(e)) {
                long failed = System.nanoTime();
                waiting.forEach(call -> {
                    call.doubt = outage;
                    call.tries.inVain(began, failed);
                });
                return false;
            }
            if (calls.size() > 1 && !PostgresErrors.isLockTimeout(e)) {
                return calls.stream().allMatch(call -> store(List.of(call)));
            }
            calls.forEach(call -> answer(call, call.doubt == null ? e : call.doubt));
            return true;
        }
    }

    private void answer(Call call, @Nullable RuntimeException error) {
        call.error = error;
        call.answered = true;
        waiting.remove(call);
    }

    /** What each of the calls is refused with, or null. */
    private static List<@Nullable QueueFullException> store(Tx tx, List<Call> calls) throws SQLException {
        List<NewRun> all = calls.stream().flatMap(call -> call.runs.stream()).toList();
        PendingCaps caps = new PendingCaps(tx.database(), tx.tasks());
        caps.lock(all);
        // As they are now that nobody else stores any.
        Set<RunId> unknown = Enqueueing.unknown(tx.database(), all).stream()
                .map(NewRun::id)
                .collect(Collectors.toCollection(HashSet::new));
        List<@Nullable QueueFullException> refusals = new ArrayList<>();
        List<NewRun> fresh = new ArrayList<>();
        for (Call call : calls) {
            List<NewRun> wanted =
                    call.runs.stream().filter(run -> unknown.remove(run.id())).toList();
            try {
                caps.take(wanted);
                fresh.addAll(wanted);
                refusals.add(null);
            } catch (QueueFullException e) {
                wanted.forEach(run -> unknown.add(run.id()));
                refusals.add(e);
            }
        }
        for (int from = 0; from < fresh.size(); ) {
            int end = NewChildren.slice(fresh, from);
            Enqueueing.storeWithin(tx, fresh.subList(from, end));
            from = end;
        }
        return refusals;
    }
}
