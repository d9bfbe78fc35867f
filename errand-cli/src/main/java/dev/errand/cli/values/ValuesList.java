package dev.errand.cli.values;

import dev.errand.Errand;
import dev.errand.Json;
import dev.errand.Page;
import dev.errand.ValueInfo;
import dev.errand.cli.console.Console;
import dev.errand.cli.console.Exit;
import dev.errand.cli.console.OneLine;
import dev.errand.cli.console.StoreCommand;
import dev.errand.cli.console.Table;
import dev.errand.cli.console.Times;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Lists durable values. */
@Command(name = "list", description = "List durable values by name.")
public final class ValuesList extends StoreCommand {
    /** What is longer is in the JSON form. */
    private static final int LONGEST_VALUE = 60;

    @Option(names = "--limit", paramLabel = "N", description = "At most so many, from 1 to 1000 (default: 100).")
    private int limit = 100;

    @Option(names = "--after", paramLabel = "NAME", description = "Begin after this name.")
    private String after = "";

    public ValuesList(Console console) {
        super(console);
    }

    @Override
    protected int run(Errand errand) {
        Page<ValueInfo> page = errand.values(after, limit);
        if (json) {
            console.json(page);
        } else {
            table(page.items()).lines().forEach(console::line);
            page.next().ifPresent(console::more);
        }
        return Exit.OK;
    }

    private static Table table(List<ValueInfo> values) {
        Times times = new Times();
        Table table = new Table("name", "version", "set", "value");
        for (ValueInfo info : values) {
            Json value = info.value();
            table.row(
                    info.name(),
                    info.version(),
                    times.full(info.setAt()),
                    value == null ? "" : OneLine.of(value.text(), LONGEST_VALUE));
        }
        return table;
    }
}
