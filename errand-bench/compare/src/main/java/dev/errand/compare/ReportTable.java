package dev.errand.compare;

import dev.errand.compare.Targets.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.Collectors;

/** A report as people read it: tables of Markdown, with columns under each other. */
final class ReportTable {
    private final Report report;
    private final StringBuilder out = new StringBuilder();

    private ReportTable(Report report) {
        this.report = report;
    }

    static String of(Report report) {
        ReportTable table = new ReportTable(report);
        table.head();
        table.engines();
        table.floor();
        table.alone();
        table.targets();
        table.notes();
        return table.out.toString();
    }

    private void head() {
        line("%s; %s; medians of %d rounds, %,d runs for Errand"
                .formatted(
                        Report.machine(),
                        report.database(),
                        report.options().rounds(),
                        report.options().runs()));
        line("");
    }

    private void engines() {
        List<List<String>> rows = new ArrayList<>();
        List<String> head = new ArrayList<>(List.of(""));
        report.figures().keySet().forEach(contestant -> head.add(contestant.title()));
        rows.add(head);
        for (Metric metric : Metric.values()) {
            List<String> row = new ArrayList<>(List.of(metric.title()));
            report.figures().forEach((contestant, figures) -> row.add(cell(contestant, metric, figures)));
            rows.add(row);
        }
        table(rows);
    }

    private static String cell(Contestant contestant, Metric metric, Figures figures) {
        OptionalDouble value = figures.median(metric);
        if (value.isPresent()) {
            return metric.format(value.getAsDouble());
        }
        return switch (metric) {
            case KEPT -> contestant.history() ? "–" : "deletes";
            case P50_100, P99_100, P50_REMOTE, P99_REMOTE, P50_2000, P99_2000 ->
                figures.median(Metric.LEFT_2000).isPresent() ? "not sustained" : "–";
            default -> "–";
        };
    }

    private void floor() {
        List<Floor> floors = report.floors();
        if (!floors.isEmpty()) {
            line(
                    "One row inserted and committed, without any engine: p50 %.2f ms, p99 %.2f ms at 100/s; %,.0f/s one after another."
                            .formatted(
                                    Floor.median(floors, Floor::p50),
                                    Floor.median(floors, Floor::p99),
                                    Floor.median(floors, Floor::perSecond)));
            line("");
        }
    }

    private void alone() {
        Alone alone = report.alone();
        if (alone == null) {
            return;
        }
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("Errand alone", "runs/s"));
        for (Alone.Case what : Alone.Case.values()) {
            OptionalDouble rate = alone.median(what);
            rows.add(List.of(
                    what.title(), rate.isPresent() ? String.format(Locale.ROOT, "%,.0f", rate.getAsDouble()) : "–"));
        }
        table(rows);
    }

    private void targets() {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("to reach", "limit", "reached", ""));
        for (Target target : report.targets()) {
            rows.add(List.of(
                    target.title(),
                    String.format(Locale.ROOT, "%s %,.1f", target.sign(), target.limit()),
                    target.known() ? String.format(Locale.ROOT, "%,.2f", target.reached()) : "not measured",
                    target.known() ? (target.met() ? "pass" : "MISS") : ""));
        }
        table(rows);
    }

    private void notes() {
        for (Map.Entry<Contestant, Figures> entry : report.figures().entrySet()) {
            entry.getValue().failures().forEach(failure -> line("FAILED: " + failure));
            if (!entry.getValue().verified()) {
                line("NOT VERIFIED: some body of " + entry.getKey().title()
                        + " did not run exactly once, or was not recorded.");
            }
        }
        if (report.figures().values().stream().allMatch(Figures::verified)) {
            line("Every body of every engine ran exactly once.");
        }
    }

    private void table(List<List<String>> rows) {
        List<Integer> widths = new ArrayList<>();
        for (int column = 0; column < rows.getFirst().size(); column++) {
            int at = column;
            widths.add(rows.stream().mapToInt(row -> row.get(at).length()).max().orElse(0));
        }
        row(rows.getFirst(), widths);
        line(widths.stream()
                .map(width -> "-".repeat(Math.max(width, 3)))
                .collect(Collectors.joining("-:|-", "|-", "-:|"))
                .replaceFirst("-:\\|", "--|"));
        rows.subList(1, rows.size()).forEach(row -> row(row, widths));
        line("");
    }

    private void row(List<String> cells, List<Integer> widths) {
        StringBuilder line = new StringBuilder("|");
        for (int column = 0; column < cells.size(); column++) {
            String cell = cells.get(column);
            String padding = " ".repeat(Math.max(Math.max(widths.get(column), 3) - cell.length(), 0));
            line.append(' ')
                    .append(column == 0 ? cell + padding : padding + cell)
                    .append("  |");
        }
        line(line.toString());
    }

    private void line(String text) {
        out.append(text).append('\n');
    }
}
