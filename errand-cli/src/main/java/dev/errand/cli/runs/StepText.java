package dev.errand.cli.runs;

import dev.errand.Failure;
import dev.errand.Json;
import dev.errand.RunInfo;
import dev.errand.Step;
import dev.errand.cli.console.OneLine;
import dev.errand.cli.console.Table;
import dev.errand.cli.console.Times;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What a run did, one thing to a line and in order: its steps, its waits, its tokens, and below the step that triggered them its children,
 * with what is below those. Children that no step tells of stand where they were triggered.
 */
final class StepText {
    /** What is longer is in the JSON form. */
    private static final int LONGEST_RESULT = 60;

    private final List<Step> steps;
    private final List<RunTree.Branch> children;
    private final int moreChildren;
    private final Times times;
    private final Table table = new Table("step", "state", "attempt", "started", "took", "result");

    StepText(List<Step> steps, RunTree.Branch tree, Times times) {
        this.steps = steps;
        this.children = new ArrayList<>(tree.children());
        this.moreChildren = tree.moreChildren();
        this.times = times;
    }

    /** Empty if it did nothing that is kept. */
    List<String> lines() {
        if (steps.isEmpty() && children.isEmpty()) {
            return List.of();
        }
        for (Step step : steps) {
            add(child -> child.run().createdAt().isBefore(step.startedAt()) && !isToldOf(child.run()));
            add(step);
            add(child -> isOf(step, child.run()));
        }
        add(child -> true);
        return table.lines();
    }

    private boolean isToldOf(RunInfo run) {
        return steps.stream().anyMatch(step -> isOf(step, run));
    }

    private static boolean isOf(Step step, RunInfo run) {
        Json result = step.result();
        return result != null && result.text().contains(run.id().toString());
    }

    /** Each child once, and after the last that is shown how many are not. */
    private void add(Predicate<RunTree.Branch> which) {
        children.stream().filter(which).forEach(child -> add(child, 1));
        if (children.removeIf(which) && children.isEmpty()) {
            addMore(1, moreChildren);
        }
    }

    private void add(RunTree.Branch child, int depth) {
        RunInfo run = child.run();
        table.row(
                "  ".repeat(depth) + run.task() + " " + run.id(),
                run.state(),
                run.attempt(),
                times.full(run.startedAt()),
                times.span(run.startedAt(), run.endedAt()),
                OneLine.of(result(run), LONGEST_RESULT));
        child.children().forEach(each -> add(each, depth + 1));
        addMore(depth + 1, child.moreChildren());
    }

    private void addMore(int depth, int more) {
        if (more > 0) {
            table.row("  ".repeat(depth) + "… %,d more".formatted(more), "", "", "", "", "");
        }
    }

    private void add(Step step) {
        table.row(
                label(step),
                step.state(),
                step.attempt(),
                times.full(step.startedAt()),
                step.endedAt() == null ? "-" : times.span(step.startedAt(), step.endedAt()),
                OneLine.of(result(step), LONGEST_RESULT));
    }

    private static String label(Step step) {
        return step.within() == null ? name(step) : step.within() + " / " + name(step);
    }

    private static String name(Step step) {
        if (step.key() != null) {
            return "%s (key %s)".formatted(step.name(), step.key());
        }
        return step.occurrence() > 1 ? step.name() + "#" + step.occurrence() : step.name();
    }

    private static String result(Step step) {
        if (step.iterations() != null) {
            return step.iterations() + (step.iterations() == 1 ? " iteration" : " iterations");
        }
        return text(step.failure(), step.result());
    }

    private static String result(RunInfo run) {
        String text = text(run.failure(), run.output());
        String reason = run.reason();
        return text.isEmpty() && reason != null ? reason : text;
    }

    private static String text(@Nullable Failure failure, @Nullable Json result) {
        return failure != null ? failure.summary() : result == null || result.isNull() ? "" : result.text();
    }
}
