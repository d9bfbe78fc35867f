package dev.errand.layout;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * What to measure, and how thoroughly.
 *
 * @param runs how many are stored in bulk and drained; a quarter of them one by one
 * @param rounds of all candidates in turn
 * @param finished how many ended runs the long history has
 * @param delayed and how many delayed ones
 * @param json the file for the figures
 */
record LayoutOptions(List<Candidate> candidates, int runs, int rounds, int finished, int delayed, Path json) {
    static final String USAGE = """
            Measures ways to lay out runs in PostgreSQL, in plain JDBC on a server of its own. Leave the machine alone meanwhile.

              --layouts A,B       which of chunks,rows,wide
              --runs N            runs in a bulk enqueue and a drain (200000)
              --rounds N          how often all of them have their turn (3)
              --finished N        ended runs in the long history (1000000)
              --delayed N         and delayed ones (100000)
              --full              the same as --finished 10000000 --delayed 1000000; 25 GB of disk
              --json FILE         where the figures go (errand-bench/layout/target/layout.json)
            """;

    LayoutOptions {
        candidates = List.copyOf(candidates);
        atLeast("--runs", runs, 100);
        atLeast("--rounds", rounds, 1);
        atLeast("--finished", finished, 0);
        atLeast("--delayed", delayed, 0);
    }

    private static void atLeast(String option, int value, int least) {
        if (value < least) {
            throw new IllegalArgumentException("%s %d is too small; at least %d".formatted(option, value, least));
        }
    }

    /** What the command line says. */
    static LayoutOptions parse(List<String> arguments, Path home) {
        List<Candidate> candidates = List.of(Candidate.values());
        int runs = 200_000;
        int rounds = 3;
        int finished = 1_000_000;
        int delayed = 100_000;
        Path json = home.resolve("layout.json");
        for (int i = 0; i < arguments.size(); i++) {
            String option = arguments.get(i);
            switch (option) {
                case "--layouts" -> candidates = candidates(value(arguments, ++i));
                case "--runs" -> runs = number(arguments, ++i);
                case "--rounds" -> rounds = number(arguments, ++i);
                case "--finished" -> finished = number(arguments, ++i);
                case "--delayed" -> delayed = number(arguments, ++i);
                case "--full" -> {
                    finished = 10_000_000;
                    delayed = 1_000_000;
                }
                case "--json" -> json = Path.of(value(arguments, ++i));
                default ->
                    throw new IllegalArgumentException("'" + option + "' is no option of this; --help lists them");
            }
        }
        return new LayoutOptions(candidates, runs, rounds, finished, delayed, json);
    }

    private static List<Candidate> candidates(String names) {
        return Arrays.stream(names.split(",")).map(Candidate::of).toList();
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
