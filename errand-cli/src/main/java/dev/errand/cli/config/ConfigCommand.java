package dev.errand.cli.config;

import dev.errand.cli.console.Console;
import dev.errand.cli.console.Exit;
import dev.errand.cli.console.StoreAddress;
import dev.errand.cli.console.Table;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;

/** What holds for options that are not typed, and where that comes from. */
@Command(
        name = "config",
        description = "Show what holds for options of serve, node and dev that are not typed, and where that is said.")
public final class ConfigCommand implements Callable<Integer> {
    private static final String SECRET = "secret";
    private static final String DEFAULT = "default";

    /** @param value as text; null for none */
    record Row(String name, @Nullable String value, String from) {}

    private final Console console;
    private final Supplier<Collection<CommandSpec>> services;

    @Option(names = "--json", description = "Print one JSON document.")
    private boolean json;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this and exit.")
    private boolean help;

    /** @param services the commands that there are settings for */
    public ConfigCommand(Console console, Supplier<Collection<CommandSpec>> services) {
        this.console = console;
        this.services = services;
    }

    @Override
    public Integer call() {
        List<Row> rows = rows();
        if (json) {
            console.json(rows);
        } else {
            Table table = new Table("name", "value", "from");
            rows.forEach(row -> table.row(row.name(), row.value() == null ? "" : row.value(), row.from()));
            table.lines().forEach(console::line);
        }
        return Exit.OK;
    }

    private List<Row> rows() {
        Collection<CommandSpec> all = services.get();
        Settings settings = Settings.load(Options.names(all));
        List<Row> rows = new ArrayList<>();
        Options.of(all).forEach((name, option) -> rows.add(row(name, option, settings.find(name))));
        rows.add(secret(settings.find(SECRET)));
        return rows;
    }

    private static Row row(String name, OptionSpec option, @Nullable Setting setting) {
        if (name.equals(Options.STORE)) {
            return store(setting);
        }
        return setting == null
                ? new Row(name, initial(option), DEFAULT)
                : new Row(name, setting.value(), setting.from());
    }

    /** Without a password. */
    private static Row store(@Nullable Setting setting) {
        String shown = StoreAddress.of(setting == null ? null : setting.value()).shown();
        return new Row(Options.STORE, shown, setting == null ? DEFAULT : setting.from());
    }

    private static @Nullable String initial(OptionSpec option) {
        Object value = option.initialValue();
        return value == null || value.equals(List.of()) ? null : value.toString();
    }

    /** Only ever in the environment, where no file keeps it. */
    private static Row secret(@Nullable Setting setting) {
        return new Row(SECRET, setting == null ? null : "not shown", setting == null ? DEFAULT : setting.from());
    }
}
