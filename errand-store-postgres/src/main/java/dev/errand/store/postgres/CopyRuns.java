package dev.errand.store.postgres;

import dev.errand.RunState;
import dev.errand.store.NewRun;
import dev.errand.store.copy.Kept;
import dev.errand.store.format.Documents;
import dev.errand.store.format.States;
import dev.errand.store.format.Times;
import dev.errand.store.postgres.Chunks.NewChunk;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Rows for runs of another store. Those that wait as they were triggered share chunks, as if they had been triggered here; each other
 * one that waits gets a row of its own.
 */
final class CopyRuns {
    private static final String RUNS = """
            copy errand.run (id, batch, position, created, due, expires, task, priority, name, tags, payload, options, line)
            from stdin (format binary)
            """;
    private static final String TAGS = "copy errand.tag (tag, run) from stdin (format binary)";
    private static final String CHUNKS = """
            copy errand.chunk (line, position, first, last, single, state, attempt, redeliveries, suspect, batch, runs, priority,
                               claim, due, expires, resumed)
            from stdin (format binary)
            """;
    private static final String OUTCOMES = """
            copy errand.outcome (run, claim, started, ended, state, attempt, redeliveries, retriable, output, failure, reason)
            from stdin (format binary)
            """;

    private final TaskNumbers tasks;
    private final long now;
    private final CopyRows runs = new CopyRows();
    private final CopyRows tags = new CopyRows();
    private final CopyRows chunks = new CopyRows();
    private final CopyRows outcomes = new CopyRows();

    /**
     * Without rows as yet.
     *
     * @param now in microseconds
     */
    CopyRuns(TaskNumbers tasks, long now) {
        this.tasks = tasks;
        this.now = now;
    }

    void add(List<Kept.Run> all) {
        List<NewRun> untouched = new ArrayList<>();
        for (Kept.Run kept : all) {
            NewRun run = kept.run();
            switch (kept.standing()) {
                case Kept.Waiting waiting when isUntouched(run, waiting) -> untouched.add(run);
                case Kept.Waiting waiting -> single(run, waiting);
                case Kept.Ended ended -> ended(run, ended);
            }
        }
        // A chunk has one due time, that of its first run: here it is to be each one's.
        Map<Instant, List<NewRun>> together =
                untouched.stream().collect(Collectors.groupingBy(NewRun::dueAt, TreeMap::new, Collectors.toList()));
        for (List<NewRun> due : together.values()) {
            for (NewChunk chunk : Chunks.of(due, tasks, now)) {
                chunk.runs.forEach(run -> run(run, chunk.batch, chunk.origin));
                shared(chunk);
            }
        }
    }

    /** Whether it waits as it did when it was triggered, and its chunk will say when it may start. */
    private boolean isUntouched(NewRun run, Kept.Waiting waiting) {
        boolean atOnce = run.dueAt().equals(run.createdAt());
        boolean later = Times.micros(run.dueAt()) > now;
        return waiting.attempt() == 1
                && waiting.redeliveries() == 0
                && !waiting.suspect()
                && !waiting.resumed()
                && waiting.state() == (atOnce ? RunState.QUEUED : RunState.DELAYED)
                && waiting.dueAt().equals(run.dueAt())
                && Objects.equals(waiting.expiresAt(), run.expiresAt())
                && (atOnce || later);
    }

    private int task(NewRun run) {
        Integer task = tasks.find(run.task());
        if (task == null) {
            throw new IllegalStateException("the task '" + run.task() + "' has no number");
        }
        return task;
    }

    private long line(NewRun run) {
        Long line = tasks.line(run.task(), run.options());
        if (line == null) {
            throw new IllegalStateException("the line of a run of '" + run.task() + "' has no number");
        }
        return line;
    }

    private void run(NewRun run, long batch, long position) {
        boolean atOnce = run.dueAt().equals(run.createdAt());
        runs.row(13)
                .uuid(run.id())
                .int8(batch)
                .int8(position)
                .int8(Times.micros(run.createdAt()))
                .int8(atOnce ? null : (Long) Times.micros(run.dueAt()))
                .int8(Times.microsOrNull(run.expiresAt()))
                .int4(task(run))
                .int4(run.priority())
                .text(CopyWriter.clean(run.name()))
                .text(Documents.tags(run.tags()))
                .text(run.payload())
                .text(Documents.options(run.options()))
                .int8(line(run) == task(run) ? null : (Long) line(run));
        for (String tag : new HashSet<>(run.tags())) {
            tags.row(2).text(CopyWriter.clean(tag)).uuid(run.id());
        }
    }

    private void shared(NewChunk chunk) {
        chunks.row(16)
                .int8(chunk.line)
                .int8(chunk.position)
                .uuid(chunk.first())
                .uuid(chunk.last())
                .bool(false)
                .int2(chunk.state)
                .int4(1)
                .int2(0)
                .bool(false)
                .int8(chunk.batch)
                .int4(chunk.runs.size())
                .int4(chunk.priority)
                .int8(0)
                .int8(chunk.due)
                .int8(chunk.expires)
                .bool(false);
    }

    private void single(NewRun run, Kept.Waiting waiting) {
        long due = Times.micros(waiting.dueAt());
        long position = due - run.priority() * 1_000_000L;
        long batch = Chunks.batch(run.id());
        run(run, batch, position);
        chunks.row(16)
                .int8(line(run))
                .int8(waiting.state() == RunState.QUEUED ? position : Chunks.NOT_DUE)
                .uuid(run.id())
                .uuid(run.id())
                .bool(true)
                .int2(States.number(waiting.state()))
                .int4(waiting.attempt())
                .int2(waiting.redeliveries())
                .bool(waiting.suspect())
                .int8(batch)
                .int4(1)
                .int4(run.priority())
                .int8(0)
                .int8(due)
                .int8(Times.microsOrNull(waiting.expiresAt()))
                .bool(waiting.resumed());
    }

    private void ended(NewRun run, Kept.Ended ended) {
        byte[] output = ended.output();
        run(run, Chunks.batch(run.id()), Times.micros(run.dueAt()) - run.priority() * 1_000_000L);
        outcomes.row(11)
                .uuid(run.id())
                .int8(ended.claim())
                .int8(Times.microsOrNull(ended.startedAt()))
                .int8(Times.micros(ended.endedAt()))
                .int2(States.number(ended.state()))
                .int4(ended.attempt())
                .int2(ended.redeliveries())
                .bool(ended.retriable());
        (output == null ? outcomes.text((String) null) : outcomes.text(output))
                .text(Documents.failure(ended.failure()))
                .text(CopyWriter.clean(ended.reason()));
    }

    void send(Database database) throws SQLException {
        runs.send(database.copy(), database.named(RUNS));
        tags.send(database.copy(), database.named(TAGS));
        chunks.send(database.copy(), database.named(CHUNKS));
        outcomes.send(database.copy(), database.named(OUTCOMES));
    }
}
