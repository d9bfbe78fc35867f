package dev.errand.compare;

import dev.errand.compare.Trial.Burst;
import dev.errand.compare.Trial.Runs;
import tools.jackson.databind.JsonNode;

/** How many runs a second, and what they cost. The log's bytes include the whole pages that follow a checkpoint. */
final class Throughput {
    private static final int THREADS = 16;

    private final Stage stage;
    private final Trial trial;
    private final Figures figures;
    private final int count;

    private Throughput(Stage stage, Trial trial, Figures figures) {
        this.stage = stage;
        this.trial = trial;
        this.figures = figures;
        this.count = trial.contestant().runs(stage.options().runs());
    }

    static void measure(Stage stage, Contestant contestant, Figures figures) {
        try (Trial trial = stage.enter(contestant)) {
            Throughput throughput = new Throughput(stage, trial, figures);
            trial.warmUp(figures);
            throughput.bulk();
            throughput.oneByOne();
            throughput.whileDraining();
        }
    }

    private void bulk() {
        Server server = stage.server();
        server.checkpoint();
        double size = server.size(trial.url());
        double log = server.wal();
        Cost start = cost();
        Runs runs = trial.runs(count);
        double seconds = trial.ask("bulk", runs).get("seconds").asDouble();
        Cost triggered = cost();
        server.checkpoint();
        Cost before = cost();
        double rate = trial.drain(runs, figures);
        Cost drained = cost();
        figures.add(Metric.DRAIN, rate);
        figures.add(Metric.CPU_ENGINE, (drained.engine - before.engine) * 1e6 / count);
        figures.add(Metric.CPU_DATABASE, (drained.database - before.database) * 1e6 / count);
        if (trial.contestant().bulk()) {
            figures.add(Metric.BULK, count / seconds);
            figures.add(Metric.CPU_TRIGGER_ENGINE, (triggered.engine - start.engine) * 1e6 / count);
            figures.add(Metric.CPU_TRIGGER_DATABASE, (triggered.database - start.database) * 1e6 / count);
            figures.add(Metric.WAL_BULK, (server.wal() - log) / count);
        }
        if (trial.contestant().history()) {
            figures.add(Metric.KEPT, (server.size(trial.url()) - size) / count);
        }
    }

    private void oneByOne() {
        double seconds = stage.options().seconds() / 2.0;
        Server server = stage.server();
        Burst one = trial.oneByOne(1, count, seconds / 2);
        figures.add(Metric.ONE_BY_ONE_1, one.perSecond());
        trial.drain(one.runs(), figures);
        server.checkpoint();
        double log = server.wal();
        Burst many = trial.oneByOne(THREADS, count / 2, seconds);
        figures.add(Metric.ONE_BY_ONE_16, many.perSecond());
        server.checkpoint();
        figures.add(Metric.DRAIN_SINGLES, trial.drain(many.runs(), figures));
        figures.add(Metric.WAL_SINGLES, (server.wal() - log) / many.runs().count());
    }

    private void whileDraining() {
        Runs backlog = trial.bulk(count);
        Runs free = trial.runs(count);
        JsonNode answer = trial.ask(
                "drain-while-triggering",
                backlog,
                "most",
                free.count(),
                "threads",
                THREADS,
                "seconds",
                stage.options().seconds() / 4.0);
        figures.verified(answer.get("verified").asBoolean());
        figures.add(
                Metric.ONE_BY_ONE_DRAINING,
                answer.get("count").asInt() / answer.get("seconds").asDouble());
    }

    private record Cost(double engine, double database) {}

    private Cost cost() {
        return new Cost(Processes.seconds(trial.child().pid()), stage.server().processorSeconds());
    }
}
