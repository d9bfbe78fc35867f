package dev.errand.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The comparison: all engines in turn, round by round, so that a slow minute of the machine meets all of them. */
public final class Compare {
    private final Stage stage;
    private final Map<Contestant, Figures> figures = new EnumMap<>(Contestant.class);
    private final List<Floor> floors = new ArrayList<>();

    private Compare(Stage stage) {
        this.stage = stage;
    }

    /** Its first argument is the folder of the build; {@link CompareOptions#USAGE} says what follows. */
    public static void main(String[] arguments) throws IOException, SQLException {
        List<String> rest = List.of(arguments).subList(1, arguments.length);
        if (rest.contains("--help")) {
            System.out.print(CompareOptions.USAGE);
            return;
        }
        try {
            run(CompareOptions.parse(rest.toArray(String[]::new), Path.of(arguments[0])), Path.of(arguments[0]));
        } catch (IllegalArgumentException e) {
            System.err.println("compare: " + e.getMessage());
            System.exit(2);
        }
    }

    private static void run(CompareOptions options, Path home) throws IOException, SQLException {
        Path log = home.resolve("compare.log");
        Files.deleteIfExists(log);
        try (Server server = options.postgres() == null ? Server.own() : Server.at(options.postgres())) {
            Report report = new Compare(new Stage(server, options, log)).measure();
            System.out.print(ReportTable.of(report));
            System.err.println("Written to " + options.json() + "; what engines complained about is in " + log);
        }
    }

    private Report measure() throws IOException {
        for (int round = 1; round <= stage.options().rounds(); round++) {
            stage.say("round %d, one row at a time".formatted(round));
            floors.add(Floor.measure(stage));
            for (Contestant contestant : stage.options().contestants()) {
                turn(contestant, round);
            }
            written(null); // whoever ends us now keeps these rounds
        }
        return written(alone());
    }

    private Report written(@Nullable Alone alone) throws IOException {
        Report report = new Report(stage.server().version(), stage.options(), figures, floors, alone, Instant.now());
        Files.writeString(stage.options().json(), report.json());
        return report;
    }

    private void turn(Contestant contestant, int round) {
        if (contestant.onNode() && !Files.exists(stage.options().nodeFolder().resolve("node_modules"))) {
            stage.say(contestant.title() + " is left out: its packages are not installed");
            return;
        }
        Figures those = figures.computeIfAbsent(contestant, _ -> new Figures());
        stage.say("round %d, %s, throughput".formatted(round, contestant.title()));
        attempt(those, () -> Throughput.measure(stage, contestant, those));
        stage.say("round %d, %s, latency and idling".formatted(round, contestant.title()));
        attempt(those, () -> Responsiveness.measure(stage, contestant, those));
        if (contestant.steps()) {
            stage.say("round %d, %s, steps".formatted(round, contestant.title()));
            attempt(those, () -> Steps.measure(stage, contestant, those));
        }
    }

    /** An engine that fails does not keep the others from their turns. */
    private static void attempt(Figures figures, Runnable measurement) {
        try {
            measurement.run();
        } catch (RuntimeException e) {
            System.err.println(e.getMessage());
            figures.failed(String.valueOf(e.getMessage()));
        }
    }

    private @Nullable Alone alone() {
        Figures ofErrand = figures.get(Contestant.ERRAND);
        if (ofErrand == null || !stage.options().alone()) {
            return null;
        }
        Alone alone = new Alone(stage, ofErrand);
        attempt(ofErrand, alone::measure);
        return alone;
    }
}
