package dev.errand.engine.validation;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The second execution of a body, or of a part of it, held against the first. A call that is there, though not in its turn, is answered: only
 * when all is known it is known whether several threads called, whose order means nothing. Thread-safe.
 */
final class Replay {
    private final Trace first;
    private final Consumer<Difference> found;
    private final Thread thread = Thread.currentThread();
    private final Map<Call, Deque<Noted>> left = new HashMap<>();
    private final TreeMap<Integer, Noted> expected = new TreeMap<>();
    private int calls;
    private boolean loose;
    private boolean stopped;
    private @Nullable Difference outOfTurn;

    /** @param found told of the difference, if there is one; perhaps of several */
    Replay(Trace first, Consumer<Difference> found) {
        this.first = first;
        this.found = found;
        this.loose = first.isLoose();
        for (Noted noted : first.calls()) {
            left.computeIfAbsent(noted.call(), unseen -> new ArrayDeque<>()).add(noted);
            if (!noted.isStray()) {
                expected.put(noted.number(), noted);
            }
        }
        calls = first.calls().size();
    }

    /**
     * The same call in the first execution.
     *
     * @throws Stop if there is none
     */
    synchronized Noted next(Call call) {
        if (stopped) {
            throw new Stop();
        }
        loose |= !thread.equals(Thread.currentThread());
        Deque<Noted> same = left.get(call);
        Noted noted = same == null ? null : same.poll();
        if (noted == null) {
            if (!expected.isEmpty() || !first.isFull()) {
                differs(call.shown(), null);
            }
            throw stop();
        }
        if (!noted.isStray()) {
            Noted turn = expected.firstEntry().getValue();
            if (turn != noted && outOfTurn == null) {
                outOfTurn = difference(turn.number(), turn.call().shown(), call.shown(), null);
            }
            expected.remove(noted.number());
        }
        return noted;
    }

    /** It has come as far as it is to come; to be thrown. */
    synchronized Stop stop() {
        stopped = true;
        return new Stop();
    }

    /** Its code has ended in that way. */
    synchronized void returned(String how) {
        String end = first.end();
        if (!stopped && (!expected.isEmpty() || (end != null && !end.equals(how)))) {
            differs(how, null);
        }
        over();
    }

    /** Its code has thrown that, where that of the first execution has not. */
    synchronized void threw(Throwable error) {
        if (!stopped) {
            differs(Ends.of(error), error);
        }
        over();
    }

    /** Nothing of it is called any more. */
    synchronized void over() {
        if (outOfTurn != null && !loose) {
            found.accept(outOfTurn);
        }
        stopped = true;
    }

    private void differs(String second, @Nullable Throwable error) {
        Map.Entry<Integer, Noted> turn = expected.firstEntry();
        if (outOfTurn != null && !loose) {
            found.accept(outOfTurn);
        } else if (turn == null) {
            String end = first.end();
            found.accept(difference(calls + 1, end == null ? Ends.RETURNED : end, second, error));
        } else {
            found.accept(difference(turn.getKey(), turn.getValue().call().shown(), second, error));
        }
    }

    private Difference difference(int call, String before, String now, @Nullable Throwable error) {
        return new Difference(first.place(), call, before, now, error);
    }
}
