package dev.errand.cli.top;

import dev.errand.NodeInfo;
import dev.errand.Progress;
import dev.errand.RunInfo;
import dev.errand.RunState;
import dev.errand.cli.console.OneLine;
import dev.errand.cli.console.ProgressBar;
import dev.errand.cli.console.Table;
import dev.errand.cli.console.Times;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** A moment, drawn: the nodes, how many runs are in which state, and the runs, those that execute first. */
final class Picture {
    private static final List<RunState> ORDER = List.of(
            RunState.EXECUTING,
            RunState.RETRYING,
            RunState.WAITING,
            RunState.QUEUED,
            RunState.DELAYED,
            RunState.FAILED);

    private final TopCommand.Snapshot snapshot;
    private final int rows;
    private final Times times = new Times();

    /** @param rows how many lines there is room for */
    Picture(TopCommand.Snapshot snapshot, int rows) {
        this.snapshot = snapshot;
        this.rows = rows;
    }

    List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add(nodes());
        lines.add(counts());
        lines.add("");
        lines.addAll(runs().lines());
        return lines;
    }

    private String nodes() {
        List<NodeInfo> workers =
                snapshot.nodes().stream().filter(node -> node.concurrency() > 0).toList();
        return workers.isEmpty()
                ? "no node works on this store; errand dev starts one"
                : "nodes: "
                        + workers.stream()
                                .map(node -> "%d %s (%d at a time)"
                                        .formatted(node.number(), node.name(), node.concurrency()))
                                .collect(Collectors.joining(", "));
    }

    private String counts() {
        Map<RunState, Integer> counts = new EnumMap<>(RunState.class);
        snapshot.runs().forEach(run -> counts.merge(run.state(), 1, Integer::sum));
        String text = counts.entrySet().stream()
                .map(count -> count.getValue() + " " + count.getKey().name().toLowerCase(Locale.ROOT))
                .collect(Collectors.joining(", "));
        return "runs: " + (text.isEmpty() ? "none" : text);
    }

    private Table runs() {
        Table table = new Table("id", "task", "state", "attempt", "for", "progress", "name");
        snapshot.runs().stream()
                .sorted(Comparator.comparingInt(Picture::rank))
                .limit(Math.max(1, rows - 5))
                .forEach(run -> row(table, run));
        return table;
    }

    private static int rank(RunInfo run) {
        int rank = ORDER.indexOf(run.state());
        return rank < 0 ? ORDER.size() : rank;
    }

    private void row(Table table, RunInfo run) {
        Progress progress = run.progress();
        String name = run.name();
        table.row(
                run.id(),
                OneLine.of(run.task(), 30),
                run.state(),
                run.attempt(),
                times.span(run.startedAt() == null ? run.createdAt() : run.startedAt(), run.endedAt()),
                progress == null ? "" : ProgressBar.of(progress, 10),
                name == null ? "" : OneLine.of(name, 30));
    }
}
