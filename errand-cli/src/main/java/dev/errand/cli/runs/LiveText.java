package dev.errand.cli.runs;

import dev.errand.PublishedValue;
import dev.errand.SignalInfo;
import dev.errand.cli.console.OneLine;
import dev.errand.cli.console.Table;
import dev.errand.cli.console.Times;
import java.util.ArrayList;
import java.util.List;

/** What a run has published, and what was sent to it that it has not received; each in a table of its own, if there is anything. */
final class LiveText {
    /** What is longer is in the JSON form. */
    private static final int LONGEST_VALUE = 100;

    private final List<PublishedValue> published;
    private final List<SignalInfo> signals;
    private final Times times = new Times();

    LiveText(List<PublishedValue> published, List<SignalInfo> signals) {
        this.published = published;
        this.signals = signals;
    }

    List<String> lines() {
        List<String> lines = new ArrayList<>();
        Table values = new Table("published", "at", "value");
        for (PublishedValue value : published) {
            values.row(
                    value.name(),
                    times.full(value.publishedAt()),
                    OneLine.of(value.value().text(), LONGEST_VALUE));
        }
        Table sent = new Table("not received", "sent", "value");
        for (SignalInfo signal : signals) {
            sent.row(
                    signal.name(),
                    times.full(signal.sentAt()),
                    OneLine.of(signal.value().text(), LONGEST_VALUE));
        }
        add(lines, values, published.isEmpty());
        add(lines, sent, signals.isEmpty());
        return lines;
    }

    private static void add(List<String> lines, Table table, boolean empty) {
        if (!empty) {
            lines.add("");
            lines.addAll(table.lines());
        }
    }
}
