package dev.errand.engine.events;

import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where listeners are called that brought no executor: one after the other on one thread, so that each event comes to them in the order of their
 * subscriptions. Nobody is delayed for long. While calls are made, somebody looks every few milliseconds, and whose turn it was at three looks
 * is overtaken: the thread is his from then on, and another goes on with those behind him. Three, since a machine that stands still is nobody's
 * fault: it makes two looks late, and leaves the time between the last two.
 */
final class Line {
    private static final Logger LOG = LoggerFactory.getLogger(Line.class);
    private static final long LOOK_MILLIS = 10;
    private static final int PATIENCE = 3;

    /** So many calls of a listener. */
    private record Turn(long number, Listener listener, int calls) {}

    /** Whose turn it was how often in a row, and after how many of his calls when that was first seen. */
    private record Look(@Nullable Turn turn, long calls, int times) {
        static final Look NOTHING = new Look(null, 0, 0);

        static Look at(Turn turn) {
            return new Look(turn, turn.listener().called(), 1);
        }

        Look again() {
            return new Look(turn, calls, times + 1);
        }
    }

    private final Executor threads;
    private final ArrayDeque<Turn> waiting = new ArrayDeque<>();
    private long turns;
    private @Nullable Turn current;
    /** Counts the threads that were overtaken: who began in an earlier shift has nothing to do here any more. */
    private long shift;

    private boolean working;
    private boolean watched;

    Line(Executor threads) {
        this.threads = threads;
    }

    /** Has a listener called so often, after all who were here before. */
    void append(Listener listener, int calls) {
        boolean first;
        boolean unwatched;
        synchronized (this) {
            waiting.add(new Turn(++turns, listener, calls));
            first = !working;
            unwatched = working && !watched;
            working = true;
            watched |= unwatched;
        }
        if (first) {
            work();
        } else if (unwatched) {
            watch(Look.NOTHING);
        }
    }

    private void work() {
        boolean unwatched;
        long mine;
        synchronized (this) {
            mine = shift;
            unwatched = !watched;
            watched = true;
        }
        try {
            threads.execute(() -> take(mine));
        } catch (RejectedExecutionException e) {
            LOG.atDebug().log("The engine closes; its listeners are called no more");
            return;
        } catch (Throwable e) { // there is no memory left, for example; who comes next has it worked on again
            synchronized (this) {
                working = false;
                watched &= !unwatched;
            }
            return;
        }
        if (unwatched) {
            watch(Look.NOTHING);
        }
    }

    private void take(long mine) {
        for (Turn turn = next(mine); turn != null; turn = next(mine)) {
            turn.listener().takeTurn(turn.calls());
            Thread.interrupted(); // what the listener left behind is not for the next one
        }
    }

    private synchronized @Nullable Turn next(long mine) {
        if (shift != mine) {
            return null;
        }
        current = waiting.poll();
        working = current != null;
        return current;
    }

    // ── who takes too long

    private void watch(Look before) {
        try {
            CompletableFuture.delayedExecutor(LOOK_MILLIS, TimeUnit.MILLISECONDS, Runnable::run)
                    .execute(() -> look(before));
        } catch (Throwable e) { // there is no memory left, for example; who comes next has it watched again
            synchronized (this) {
                watched = false;
            }
        }
    }

    private void look(Look before) {
        Look now;
        synchronized (this) {
            watched = working;
            if (!watched) {
                return;
            }
            Turn turn = current;
            now = turn == null ? Look.NOTHING : turn.equals(before.turn) ? before.again() : Look.at(turn);
            if (now.times == PATIENCE) {
                shift++;
                current = null;
            }
        }
        Turn late = now.turn;
        if (late != null && now.times == PATIENCE) {
            late.listener().leaveLine(now.calls == late.listener().called());
            work();
        }
        watch(now);
    }
}
