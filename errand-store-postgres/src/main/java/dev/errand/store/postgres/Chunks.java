package dev.errand.store.postgres;

import dev.errand.RunId;
import dev.errand.store.NewRun;
import dev.errand.store.format.States;
import dev.errand.store.format.Times;
import dev.errand.store.limits.Lines;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Puts new runs together into chunks: those of one line that are due together and have the same head start, in the order of their
 * ids. Ids of one chunk lie near each other, so that reading from its first to its last meets few runs of others.
 */
final class Chunks {
    /** Where runs stand that are not due yet: at the end of every line. */
    static final long NOT_DUE = Long.MAX_VALUE;

    private static final int MOST_RUNS = 500;
    private static final long WIDEST_MILLIS = 1_000;
    /** With a key: so many others may lie between two runs, which whoever reads the chunk meets as well. */
    private static final int MOST_BETWEEN = 8;

    /** What the runs of a chunk have in common; due is 0 if they may start at once. */
    private record Kind(long line, int priority, long due) {}

    /** A chunk as it comes. */
    static final class NewChunk {
        final long line;
        final int task;
        final int priority;
        final int state;
        final long position;
        final long origin;
        final long due;
        final long batch;
        final List<NewRun> runs = new ArrayList<>();

        @Nullable
        Long expires;

        private int lastIndex;

        private NewChunk(Kind kind, NewRun run, int task) {
            this.line = kind.line();
            this.task = task;
            this.priority = kind.priority();
            this.state = kind.due() == 0 ? States.QUEUED : States.DELAYED;
            this.due = Times.micros(run.dueAt());
            this.origin = due - kind.priority() * 1_000_000L;
            this.position = kind.due() == 0 ? origin : NOT_DUE;
            this.batch = batch(run.id());
        }

        RunId first() {
            return runs.getFirst().id();
        }

        RunId last() {
            return runs.getLast().id();
        }

        private boolean takes(NewRun run, int index) {
            return runs.size() < MOST_RUNS
                    && (Lines.keyOf(line) == 0 || index - lastIndex <= MOST_BETWEEN)
                    && (run.id().high() >>> 16) - (first().high() >>> 16) < WIDEST_MILLIS;
        }

        private void add(NewRun run, int index) {
            runs.add(run);
            lastIndex = index;
            if (run.expiresAt() != null) {
                long at = Times.micros(run.expiresAt());
                expires = expires == null ? at : Math.min(expires, at);
            }
        }
    }

    private Chunks() {}

    /** As unique as the first run's id: the bits in which the ids of two processes, and of two runs of one, differ. */
    static long batch(RunId first) {
        return Long.rotateLeft(first.high(), 32) ^ first.low();
    }

    /**
     * Chunks of new runs.
     *
     * @param now runs due by then may start at once
     */
    static List<NewChunk> of(List<NewRun> runs, TaskNumbers tasks, long now) {
        List<NewChunk> chunks = new ArrayList<>();
        Map<Kind, NewChunk> open = new HashMap<>();
        int index = 0;
        for (NewRun run : sorted(runs)) {
            index++;
            Kind kind = kind(run, tasks, now);
            NewChunk chunk = open.get(kind);
            if (chunk == null || !chunk.takes(run, index)) {
                chunk = new NewChunk(kind, run, tasks.taskOf(kind.line()));
                open.put(kind, chunk);
                chunks.add(chunk);
            }
            chunk.add(run, index);
        }
        return chunks;
    }

    private static List<NewRun> sorted(List<NewRun> runs) {
        for (int i = 1; i < runs.size(); i++) {
            if (runs.get(i).id().compareTo(runs.get(i - 1).id()) < 0) {
                return runs.stream().sorted(Comparator.comparing(NewRun::id)).toList();
            }
        }
        return runs;
    }

    private static Kind kind(NewRun run, TaskNumbers tasks, long now) {
        Long line = tasks.line(run.task(), run.options());
        if (line == null) {
            throw new IllegalStateException("the task '" + run.task() + "' has no number");
        }
        long due = Times.micros(run.dueAt());
        return new Kind(line, run.priority(), due <= now || run.dueAt().equals(run.createdAt()) ? 0 : due);
    }
}
