package dev.errand.costs;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * What the command line says.
 *
 * @param stores of which kinds, each once
 * @param only part of the names of what is measured, and nothing else then; empty for all there is
 * @param sqlite the URL of a store beside which the files lie that are measured
 * @param json the file for the figures
 */
record CostBenchOptions(List<String> stores, String only, int runs, int rounds, String sqlite, Path json) {
    static final String SQLITE = "sqlite";
    static final String POSTGRES = "postgres";

    static final String USAGE = """
            Measures what limits, steps, sleep, schedules and events cost. Leave the machine alone meanwhile.

              --stores A,B        which of sqlite,postgres (both; PostgreSQL is a server of its own)
              --only TEXT         only drains with this in their names, "steps" for example, or "asleep", or "events", and nothing but these
              --runs N            runs in a drain (200000)
              --rounds N          how often everything has its turn (3)
              --sqlite URL        a store that says which disk to measure; it is never opened (jdbc:sqlite:.errand/errand.db)
              --json FILE         where the figures go (errand-bench/costs/target/costs.json)
            """;

    CostBenchOptions {
        stores = List.copyOf(stores);
        for (String store : stores) {
            if (!Set.of(SQLITE, POSTGRES).contains(store)) {
                throw new IllegalArgumentException("'%s' is no store; there are sqlite and postgres".formatted(store));
            }
        }
    }

    /** @param home the folder where the figures go if nothing else is said */
    static CostBenchOptions parse(List<String> arguments, Path home) {
        List<String> stores = List.of(SQLITE, POSTGRES);
        String only = "";
        int runs = 200_000;
        int rounds = 3;
        String sqlite = "jdbc:sqlite:.errand/errand.db";
        Path json = home.resolve("costs.json");
        for (int i = 0; i < arguments.size(); i++) {
            switch (arguments.get(i)) {
                case "--stores" -> stores = List.of(value(arguments, ++i).split(",", -1));
                case "--only" -> only = value(arguments, ++i);
                case "--runs" -> runs = number(arguments, ++i);
                case "--rounds" -> rounds = number(arguments, ++i);
                case "--sqlite" -> sqlite = value(arguments, ++i);
                case "--json" -> json = Path.of(value(arguments, ++i));
                default ->
                    throw new IllegalArgumentException(
                            "'" + arguments.get(i) + "' is no option of this; --help lists them");
            }
        }
        return new CostBenchOptions(stores, only, runs, rounds, sqlite, json);
    }

    private static String value(List<String> arguments, int index) {
        if (index >= arguments.size()) {
            throw new IllegalArgumentException(arguments.get(index - 1) + " wants a value");
        }
        return arguments.get(index);
    }

    private static int number(List<String> arguments, int index) {
        String text = value(arguments, index);
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(arguments.get(index - 1) + " wants a number, not '" + text + "'", e);
        }
    }
}
