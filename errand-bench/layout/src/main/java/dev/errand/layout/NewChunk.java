package dev.errand.layout;

import dev.errand.RunId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Runs that come together: of one task, with one head start, of one key if they have any; cut as the product cuts them. */
final class NewChunk {
    private static final int MOST_RUNS = 500;

    private record Kind(int task, int priority, @Nullable String key) {}

    final List<NewRun> runs = new ArrayList<>();
    private final Kind kind;
    final long position;
    final long batch;

    private NewChunk(Kind kind, NewRun first) {
        this.kind = kind;
        this.position = first.position();
        this.batch = Long.rotateLeft(first.id().high(), 32) ^ first.id().low();
    }

    static List<NewChunk> of(List<NewRun> runs) {
        List<NewChunk> chunks = new ArrayList<>();
        Map<Kind, NewChunk> open = new HashMap<>();
        for (NewRun run : runs) {
            Kind kind = new Kind(run.task(), run.priority(), run.key());
            NewChunk chunk = open.get(kind);
            if (chunk == null || chunk.runs.size() == MOST_RUNS) {
                chunk = new NewChunk(kind, run);
                open.put(kind, chunk);
                chunks.add(chunk);
            }
            chunk.runs.add(run);
        }
        return chunks;
    }

    /** The rows of their runs. */
    static List<RunRow> rows(List<NewChunk> chunks) {
        List<RunRow> rows = new ArrayList<>();
        for (NewChunk chunk : chunks) {
            chunk.runs.forEach(run -> rows.add(new RunRow(run, chunk.batch, chunk.position)));
        }
        return rows;
    }

    int task() {
        return kind.task();
    }

    int priority() {
        return kind.priority();
    }

    String requireKey() {
        if (kind.key() == null) {
            throw new IllegalStateException("run " + first() + " has no key");
        }
        return kind.key();
    }

    RunId first() {
        return runs.getFirst().id();
    }

    RunId last() {
        return runs.getLast().id();
    }

    int size() {
        return runs.size();
    }
}
