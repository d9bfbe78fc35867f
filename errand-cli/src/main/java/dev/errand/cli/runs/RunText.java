package dev.errand.cli.runs;

import dev.errand.Attempt;
import dev.errand.Durations;
import dev.errand.Failure;
import dev.errand.Progress;
import dev.errand.RunInfo;
import dev.errand.Step;
import dev.errand.cli.console.JsonText;
import dev.errand.cli.console.Table;
import dev.errand.cli.console.Times;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A run on a page: what is set, one thing to a line, then its attempts, then its steps and what is below it. */
final class RunText {
    private final RunInfo run;
    private final List<Attempt> attempts;
    private final List<Step> steps;
    private final RunTree.Branch tree;
    private final boolean stack;
    private final Times times = new Times();
    private final List<String> lines = new ArrayList<>();

    RunText(RunTree.Branch tree, List<Attempt> attempts, List<Step> steps, boolean stack) {
        this.run = tree.run();
        this.tree = tree;
        this.attempts = attempts;
        this.steps = steps;
        this.stack = stack;
    }

    List<String> lines() {
        identity();
        course();
        what();
        attempts();
        steps();
        return lines;
    }

    private void identity() {
        put("id", run.id());
        put("task", run.task());
        put("name", run.name());
        put("state", run.state() + (run.cancelRequested() ? " (told to stop)" : ""));
        put("lingering", run.lingering() ? "its body goes on all the same" : null);
        put("reason", run.reason());
        put("tags", run.tags().isEmpty() ? null : String.join(", ", run.tags()));
        put("attempt", run.attempt() + (run.maxAttempts() == null ? "" : " of " + run.maxAttempts()));
        put("redeliveries", run.redeliveries() == 0 ? null : run.redeliveries());
        put("priority", run.priority() == 0 ? null : run.priority() + "s");
        put("queue", run.queue());
        put("key", run.concurrencyKey());
        put("machine", run.machine());
        put("replay of", run.replayOf());
        put("parent", run.parent());
        put("root", Objects.equals(run.root(), run.parent()) ? null : run.root());
        put("idempotency key", run.idempotencyKey());
        put("node", run.node());
        put("version", run.version());
    }

    private void course() {
        put("created", times.full(run.createdAt()));
        put("due", run.dueAt() == null ? null : times.full(run.dueAt()));
        put("expires", run.expiresAt() == null ? null : times.full(run.expiresAt()));
        put("started", run.startedAt() == null ? null : times.full(run.startedAt()));
        put("ended", run.endedAt() == null ? null : times.full(run.endedAt()));
        put("took", run.startedAt() == null ? null : times.span(run.startedAt(), run.endedAt()));
        put("timeout", run.timeout() == null ? null : Durations.print(run.timeout()));
        put("max duration", run.maxDuration() == null ? null : Durations.print(run.maxDuration()));
    }

    private void what() {
        put("payload", run.payload().isNull() ? null : run.payload());
        put("metadata", run.metadata().isEmpty() ? null : JsonText.line(run.metadata()));
        Progress progress = run.progress();
        put(
                "progress",
                progress == null ? null : progress.done() + (progress.total() > 0 ? " of " + progress.total() : ""));
        put("output", run.output());
        Failure failure = run.failure();
        put("failure", failure == null ? null : failure.kind() + " " + failure.summary());
        put("error data", failure == null ? null : failure.data());
        if (failure != null && stack && !failure.stack().isEmpty()) {
            lines.add(failure.stack().stripTrailing());
        }
    }

    private void attempts() {
        if (attempts.isEmpty()) {
            return;
        }
        Table table = new Table("attempt", "state", "node", "version", "started", "took", "failure");
        for (Attempt attempt : attempts) {
            Failure failure = attempt.failure();
            table.row(
                    attempt.number(),
                    attempt.state(),
                    attempt.node(),
                    attempt.version() == null ? "" : attempt.version(),
                    times.full(attempt.startedAt()),
                    times.span(attempt.startedAt(), attempt.endedAt()),
                    failure == null ? "" : failure.summary().lines().findFirst().orElse(""));
        }
        lines.add("");
        lines.addAll(table.lines());
    }

    private void steps() {
        List<String> table = new StepText(steps, tree, times).lines();
        if (!table.isEmpty()) {
            lines.add("");
            lines.addAll(table);
        }
    }

    private void put(String name, @Nullable Object value) {
        if (value != null) {
            lines.add("%-13s %s".formatted(name, value));
        }
    }
}
