package dev.errand.costs;

import dev.errand.bench.CostOptions;
import dev.errand.bench.CostReport;
import dev.errand.bench.Costs;
import dev.errand.bench.Stores;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** The program. */
public final class CostBench {
    private static final long SQLITE_BYTES = 2L << 30;

    private CostBench() {}

    /** Its first argument is the folder of the build; {@link CostBenchOptions#USAGE} says what follows. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        List<String> rest = List.of(arguments).subList(1, arguments.length);
        if (rest.contains("--help")) {
            System.out.print(CostBenchOptions.USAGE);
            return;
        }
        try {
            measure(CostBenchOptions.parse(rest, Path.of(arguments[0])));
        } catch (IllegalArgumentException e) {
            System.err.println("costs: " + e.getMessage());
            System.exit(2);
        }
    }

    /** What is known of each store is printed and written at once. */
    private static void measure(CostBenchOptions options) throws IOException, InterruptedException {
        List<CostReport> reports = new ArrayList<>();
        for (String kind : options.stores()) {
            CostOptions how = CostOptions.of(
                    options.runs(),
                    options.rounds(),
                    options.only(),
                    what -> System.err.println("Measuring: " + kind + ", " + what));
            try (Stores stores = stores(kind, options)) {
                CostReport report = Costs.measure(stores, how);
                System.out.println(report.table());
                reports.add(report);
            }
            Files.writeString(
                    options.json(),
                    reports.stream().map(CostReport::json).collect(Collectors.joining(",\n", "[", "]\n")));
        }
        System.err.println("Written to " + options.json());
    }

    private static Stores stores(String kind, CostBenchOptions options) {
        return kind.equals(CostBenchOptions.SQLITE)
                ? Stores.sqlite(options.sqlite(), SQLITE_BYTES)
                : new PostgresStores();
    }
}
