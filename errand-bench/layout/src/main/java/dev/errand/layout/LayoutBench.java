package dev.errand.layout;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** All candidates in turn, round by round, so that a slow minute of the machine meets all of them. */
public final class LayoutBench {
    private final Server server;
    private final LayoutOptions options;
    private final Map<Candidate, Figures> figures = new EnumMap<>(Candidate.class);
    private final Map<Candidate, Arena> histories = new EnumMap<>(Candidate.class);

    private LayoutBench(Server server, LayoutOptions options) {
        this.server = server;
        this.options = options;
        options.candidates().forEach(candidate -> figures.put(candidate, new Figures()));
    }

    /** Its first argument is the folder of the build; {@link LayoutOptions#USAGE} says what follows. */
    public static void main(String[] arguments) throws IOException {
        List<String> rest = List.of(arguments).subList(1, arguments.length);
        if (rest.contains("--help")) {
            System.out.print(LayoutOptions.USAGE);
            return;
        }
        try {
            LayoutOptions options = LayoutOptions.parse(rest, Path.of(arguments[0]));
            try (Server server = Server.start()) {
                System.out.print(ReportTable.of(measure(server, options)));
            }
            System.err.println("Written to " + options.json());
        } catch (IllegalArgumentException e) {
            System.err.println("layout: " + e.getMessage());
            System.exit(2);
        }
    }

    /** Measures; what is known after each round is written to the file at once. */
    static Report measure(Server server, LayoutOptions options) throws IOException {
        return new LayoutBench(server, options).measure();
    }

    private Report measure() throws IOException {
        options.candidates().forEach(this::addHistory);
        for (int round = 1; round <= options.rounds(); round++) {
            for (Candidate candidate : options.candidates()) {
                say("round %d, %s".formatted(round, candidate.title()));
                attempt(candidate, those -> new Turn(server, candidate, options.runs(), those).measure());
                attempt(candidate, those -> drainWithHistory(candidate, those));
            }
            written(); // whoever ends us now keeps these rounds
        }
        histories.forEach((candidate, arena) -> attempt(candidate, _ -> arena.close()));
        return written();
    }

    private void addHistory(Candidate candidate) {
        say("%,d finished and %,d delayed runs, %s"
                .formatted(options.finished(), options.delayed(), candidate.title()));
        attempt(candidate, _ -> {
            Arena arena = new Arena(server, candidate);
            arena.addHistory(options.finished(), options.delayed());
            histories.put(candidate, arena);
        });
    }

    private void drainWithHistory(Candidate candidate, Figures those) throws Exception {
        Arena arena = histories.get(candidate);
        if (arena != null) {
            Turn.withHistory(server, arena, options.runs(), those);
        }
    }

    private Report written() throws IOException {
        Report report = new Report(server.version(), options, figures, Instant.now());
        Files.writeString(options.json(), report.json());
        return report;
    }

    /** What may fail. */
    private interface Measurement {
        void measure(Figures figures) throws Exception;
    }

    /** A candidate that fails does not keep the others from their turns. */
    private void attempt(Candidate candidate, Measurement measurement) {
        Figures those = figures.computeIfAbsent(candidate, _ -> new Figures());
        try {
            measurement.measure(those);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            those.failed("interrupted");
        } catch (Exception e) {
            System.err.println(candidate.title() + ": " + e.getMessage());
            those.failed(String.valueOf(e.getMessage()));
        }
    }

    private static void say(String what) {
        System.err.println("Measuring: " + what);
    }
}
