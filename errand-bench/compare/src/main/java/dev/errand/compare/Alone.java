package dev.errand.compare;

import dev.errand.compare.Trial.Runs;
import dev.errand.compare.peer.Tally;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import tools.jackson.databind.JsonNode;

/** What only Errand is asked for: many nodes, a transaction that somebody holds open, a long history. In runs drained per second. */
final class Alone {
    /** What is compared with what. */
    enum Case {
        ONE_NODE("drain, one node"),
        TWO_NODES("drain, two nodes"),
        FOUR_NODES("drain, four nodes"),
        NO_TRANSACTION("drains in a row"),
        OPEN_TRANSACTION("drains in a row beside an open transaction"),
        EMPTY("drain, empty store"),
        FULL("drain, long history");

        private final String title;

        Case(String title) {
            this.title = title;
        }

        String title() {
            return title;
        }
    }

    /** The processor is the nodes'. */
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private final Stage stage;
    private final Figures figures;
    private final int count;
    private final Map<Case, List<Double>> rates = new EnumMap<>(Case.class);

    Alone(Stage stage, Figures figures) {
        this.stage = stage;
        this.figures = figures;
        this.count = stage.options().runs();
    }

    Map<Case, List<Double>> rates() {
        return rates;
    }

    OptionalDouble median(Case what) {
        List<Double> all = rates.getOrDefault(what, List.of());
        return all.isEmpty() ? OptionalDouble.empty() : OptionalDouble.of(Statistics.median(all));
    }

    private void add(Case what, double rate) {
        rates.computeIfAbsent(what, _ -> new ArrayList<>()).add(rate);
    }

    void measure() {
        for (int round = 0; round < stage.options().rounds(); round++) {
            add(Case.ONE_NODE, nodes(1));
            add(Case.TWO_NODES, nodes(2));
            add(Case.FOUR_NODES, nodes(4));
        }
        openTransaction();
        history();
    }

    private double nodes(int nodes) {
        stage.say("Errand, nodes: " + nodes);
        try (Trial trial = stage.enter(Contestant.ERRAND)) {
            while (trial.children().size() < nodes) {
                trial.another();
            }
            for (int i = 0; i < nodes; i++) { // as many runs for each process to warm up with, however many they are
                drainTogether(trial, trial.bulk(count));
            }
            return drainTogether(trial, trial.bulk(count));
        }
    }

    /** Each node tallies what it ran itself; together it must be all, and each once. */
    private double drainTogether(Trial trial, Runs runs) {
        long start = System.nanoTime();
        trial.children().forEach(child -> child.tell("work", Trial.details(runs)));
        trial.children().forEach(child -> child.hear("work"));
        while (trial.children().stream()
                        .mapToInt(child -> child.ask("ran").get("ran").asInt())
                        .sum()
                < runs.count()) {
            LockSupport.parkNanos(LOOK_NANOS);
        }
        List<JsonNode> tallies =
                trial.children().stream().map(child -> child.ask("settle")).toList();
        double seconds = (System.nanoTime() - start) / 1e9;
        trial.children().forEach(child -> child.ask("rest"));
        figures.verified(tallies.stream().allMatch(tally -> tally.get("clean").asBoolean())
                && tallies.stream()
                                .mapToLong(tally -> tally.get("checksum").asLong())
                                .sum()
                        == Tally.checksum(runs.from(), runs.count()));
        return runs.count() / seconds;
    }

    /** The same number of drains with and without. */
    private void openTransaction() {
        stage.say("Errand, a transaction held open for " + stage.options().holdSeconds() + " s");
        int drains = drainBesideTransaction();
        try (Trial trial = stage.enter(Contestant.ERRAND)) {
            trial.warmUp(figures);
            for (int i = 0; i < drains; i++) {
                add(Case.NO_TRANSACTION, trial.drain(trial.bulk(count), figures));
            }
        }
    }

    /** Answers how many drains there were while it was open. */
    private int drainBesideTransaction() {
        int drains = 0;
        try (Trial trial = stage.enter(Contestant.ERRAND)) {
            trial.warmUp(figures);
            try (Connection connection = DriverManager.getConnection(trial.url());
                    Statement statement = connection.createStatement()) {
                connection.setAutoCommit(false);
                statement.execute("select pg_current_xact_id(), count(*) from pg_class");
                long end = System.nanoTime()
                        + TimeUnit.SECONDS.toNanos(stage.options().holdSeconds());
                while (System.nanoTime() < end) {
                    add(Case.OPEN_TRANSACTION, trial.drain(trial.bulk(count), figures));
                    drains++;
                }
            }
            return drains;
        } catch (SQLException e) {
            throw new IllegalStateException("The open transaction came to an end: " + e.getMessage(), e);
        }
    }

    private void history() {
        stage.say("Errand, %,d finished and %,d delayed runs"
                .formatted(stage.options().finished(), stage.options().delayed()));
        try (Trial full = stage.enter(Contestant.ERRAND);
                Trial empty = stage.enter(Contestant.ERRAND)) {
            full.ask("later", full.runs(stage.options().delayed()));
            for (int left = stage.options().finished(); left > 0; left -= count) {
                full.drain(full.bulk(Math.min(left, count)), figures);
            }
            empty.warmUp(figures);
            for (int i = 0; i < stage.options().rounds(); i++) {
                add(Case.EMPTY, empty.drain(empty.bulk(count), figures));
                add(Case.FULL, full.drain(full.bulk(count), figures));
            }
        }
    }
}
