package dev.errand.compare;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What to compare, and how thoroughly.
 *
 * @param runs how many runs Errand has in a bulk trigger and a drain; slower engines have a share of them
 * @param rounds of all engines in turn
 * @param seconds how long latency is watched; idling as long, one-by-one triggers half as long
 * @param alone whether to measure what only Errand is asked for: many nodes, an open transaction, a long history
 * @param holdSeconds how long a transaction is held open beside the drains
 * @param finished how many ended runs the long history has
 * @param delayed how many delayed ones
 * @param postgres the URL of a server that runs on this machine, for a user who may create databases; null for one of our own
 * @param json the file for the figures
 * @param nodeFolder where the npm packages are; engines that need them are left out if there is no such folder
 */
record CompareOptions(
        List<Contestant> contestants,
        int runs,
        int rounds,
        int seconds,
        boolean alone,
        int holdSeconds,
        int finished,
        int delayed,
        @Nullable String postgres,
        Path json,
        Path nodeFolder) {

    static final String USAGE = """
            Compares Errand with other engines on one PostgreSQL; takes about an hour on two cores. Leave the machine alone meanwhile.

              --engines A,B       which of %s
              --runs N            runs of Errand in a bulk trigger and a drain; the others have a share of them (400000)
              --rounds N          how often all of them have their turn (3)
              --seconds N         how long latency is watched (20)
              --others-only       nothing of what only Errand is asked for: many nodes, an open transaction, a long history
              --hold N            for how many seconds a transaction is held open beside Errand's drains (30)
              --finished N        how many ended runs Errand's long history has (1000000)
              --delayed N         and how many delayed ones (100000)
              --full              the same as --hold 120 --finished 10000000 --delayed 1000000; 15 GB of disk
              --postgres URL      a server on this machine, as a user who may create databases and checkpoint;
                                  without it one is started in a temporary folder, with shared_buffers=1GB and all else as it comes
              --json FILE         where the figures go (errand-bench/compare/target/compare.json)
            """.formatted(String.join(
            ",", Arrays.stream(Contestant.values()).map(Contestant::id).toList()));

    CompareOptions {
        contestants = List.copyOf(contestants);
        atLeast("--runs", runs, 1_000);
        atLeast("--rounds", rounds, 1);
        atLeast("--seconds", seconds, 1);
    }

    private static void atLeast(String option, int value, int least) {
        if (value < least) {
            throw new IllegalArgumentException("%s %d is too small; at least %d".formatted(option, value, least));
        }
    }

    /** What the command line says. */
    static CompareOptions parse(String[] arguments, Path home) {
        List<Contestant> contestants = List.of(Contestant.values());
        int runs = 400_000;
        int rounds = 3;
        int seconds = 20;
        boolean alone = true;
        int hold = 30;
        int finished = 1_000_000;
        int delayed = 100_000;
        String postgres = null;
        Path json = home.resolve("compare.json");
        for (int i = 0; i < arguments.length; i++) {
            String option = arguments[i];
            switch (option) {
                case "--engines" ->
                    contestants = Arrays.stream(value(arguments, ++i).split(","))
                            .map(Contestant::of)
                            .toList();
                case "--runs" -> runs = number(arguments, ++i);
                case "--rounds" -> rounds = number(arguments, ++i);
                case "--seconds" -> seconds = number(arguments, ++i);
                case "--others-only" -> alone = false;
                case "--hold" -> hold = number(arguments, ++i);
                case "--finished" -> finished = number(arguments, ++i);
                case "--delayed" -> delayed = number(arguments, ++i);
                case "--full" -> {
                    hold = 120;
                    finished = 10_000_000;
                    delayed = 1_000_000;
                }
                case "--postgres" -> postgres = value(arguments, ++i);
                case "--json" -> json = Path.of(value(arguments, ++i));
                default ->
                    throw new IllegalArgumentException(
                            "'" + option + "' is no option of the comparison; --help lists them");
            }
        }
        return new CompareOptions(
                contestants,
                runs,
                rounds,
                seconds,
                alone,
                hold,
                finished,
                delayed,
                postgres,
                json,
                home.resolve("node"));
    }

    private static String value(String[] arguments, int index) {
        if (index >= arguments.length) {
            throw new IllegalArgumentException(arguments[index - 1] + " wants a value");
        }
        return arguments[index];
    }

    private static int number(String[] arguments, int index) {
        String text = value(arguments, index);
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(arguments[index - 1] + " wants a number, not '" + text + "'", e);
        }
    }
}
