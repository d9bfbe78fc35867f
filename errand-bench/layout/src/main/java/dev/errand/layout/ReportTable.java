package dev.errand.layout;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.Collectors;

/** A report as people read it: a table of Markdown. */
final class ReportTable {
    private final Report report;
    private final StringBuilder out = new StringBuilder();

    private ReportTable(Report report) {
        this.report = report;
    }

    static String of(Report report) {
        ReportTable table = new ReportTable(report);
        table.head();
        table.figures();
        table.notes();
        return table.out.toString();
    }

    private void head() {
        LayoutOptions options = report.options();
        line("%s; %s; %s".formatted(Report.machine(), report.database(), report.at()));
        line("%,d runs, medians of %d rounds; the long history: %,d finished and %,d delayed runs"
                .formatted(options.runs(), options.rounds(), options.finished(), options.delayed()));
        line("");
    }

    private void figures() {
        row("", report.figures().keySet().stream().map(Candidate::title).toList());
        line("| --- |" + " ---: |".repeat(report.figures().size()));
        for (Metric metric : Metric.values()) {
            List<String> cells = new ArrayList<>();
            for (Figures those : report.figures().values()) {
                OptionalDouble value = those.median(metric);
                cells.add(value.isPresent() ? metric.format(value.getAsDouble()) : "–");
            }
            row(metric.title(), cells);
        }
        line("");
    }

    private void notes() {
        boolean verified = true;
        for (Map.Entry<Candidate, Figures> entry : report.figures().entrySet()) {
            String title = entry.getKey().title();
            entry.getValue().failures().forEach(failure -> line("FAILED: %s: %s".formatted(title, failure)));
            if (!entry.getValue().verified()) {
                line("NOT VERIFIED: with %s some run was not claimed and ended exactly once, or a key was held twice."
                        .formatted(title));
                verified = false;
            }
        }
        if (verified) {
            line("Every run was claimed and ended exactly once, and no key was ever held twice.");
        }
    }

    private void row(String title, List<String> cells) {
        line(cells.stream()
                .map(cell -> String.format("%12s", cell))
                .collect(Collectors.joining(" | ", String.format("| %-64s | ", title), " |")));
    }

    private void line(String text) {
        out.append(text).append('\n');
    }
}
