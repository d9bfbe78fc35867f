package dev.errand.cli.console;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Columns for people, aligned to the left, as wide as they must be. */
public final class Table {
    private final List<List<String>> rows = new ArrayList<>();

    public Table(String... head) {
        rows.add(List.of(head).stream()
                .map(name -> name.toUpperCase(Locale.ROOT))
                .toList());
    }

    public void row(Object... cells) {
        rows.add(List.of(cells).stream().map(Object::toString).toList());
    }

    /** The lines, the head first. */
    public List<String> lines() {
        int[] widths = new int[rows.getFirst().size()];
        for (List<String> row : rows) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        return rows.stream().map(row -> line(row, widths)).toList();
    }

    private static String line(List<String> row, int[] widths) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < widths.length; i++) {
            line.append(row.get(i)).repeat(' ', widths[i] - row.get(i).length() + 2);
        }
        return line.toString().stripTrailing();
    }
}
