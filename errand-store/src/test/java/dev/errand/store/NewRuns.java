package dev.errand.store;

import dev.errand.RunId;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A run to enqueue, step by step: {@code NewRuns.of("greet", clock).in(minute).build()}. */
public final class NewRuns {
    private final String task;
    private final Instant now;
    private RunId id = RunId.next();
    private @Nullable String name;
    private List<String> tags = List.of();
    private byte[] payload = "{\"to\":\"Ada\"}".getBytes(StandardCharsets.UTF_8);
    private Instant due;
    private int priority;
    private @Nullable Instant expires;
    private RunOptions options = RunOptions.NONE;

    private NewRuns(String task, Clock clock) {
        this.task = task;
        this.now = clock.instant();
        this.due = now;
    }

    public static NewRuns of(String task, Clock clock) {
        return new NewRuns(task, clock);
    }

    /** So many of a task, all the same but for their ids. */
    public static List<NewRun> many(int count, String task, Clock clock) {
        List<NewRun> runs = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            runs.add(of(task, clock).build());
        }
        return runs;
    }

    /** Options that say nothing but metadata. */
    public static RunOptions metadata(String json) {
        return RunOptions.NONE.withMetadata(json);
    }

    /** Options that say nothing but a parent. */
    public static RunOptions childOf(RunId parent) {
        return RunOptions.NONE.withParent(parent);
    }

    /** Options that say nothing but which run it repeats. */
    static RunOptions replayOf(RunId run) {
        return new RunOptions(
                null, null, null, null, run, null, null, null, null, null, null, null, null, null, null, false, null,
                null);
    }

    public NewRuns id(RunId id) {
        this.id = id;
        return this;
    }

    public NewRuns named(String name) {
        this.name = name;
        return this;
    }

    public NewRuns tagged(String... tags) {
        this.tags = List.of(tags);
        return this;
    }

    public NewRuns payload(String json) {
        this.payload = json.getBytes(StandardCharsets.UTF_8);
        return this;
    }

    public NewRuns in(Duration delay) {
        this.due = now.plus(delay);
        return this;
    }

    public NewRuns priority(int seconds) {
        this.priority = seconds;
        return this;
    }

    public NewRuns expiresIn(Duration time) {
        this.expires = now.plus(time);
        return this;
    }

    public NewRuns options(RunOptions options) {
        this.options = options;
        return this;
    }

    public NewRun build() {
        return new NewRun(id, task, name, tags, payload, now, due, priority, expires, options);
    }
}
