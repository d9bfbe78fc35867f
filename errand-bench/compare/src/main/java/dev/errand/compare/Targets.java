package dev.errand.compare;

import static dev.errand.compare.Contestant.DBOS;
import static dev.errand.compare.Contestant.DB_SCHEDULER;
import static dev.errand.compare.Contestant.ERRAND;
import static dev.errand.compare.Contestant.GRAPHILE_WORKER;
import static dev.errand.compare.Contestant.JOBRUNR;
import static dev.errand.compare.Contestant.PG_BOSS;

import dev.errand.compare.Alone.Case;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/** What Errand is to reach, and whether it did. */
final class Targets {
    /**
     * One of them.
     *
     * @param reached not a number if that was not measured
     */
    record Target(String title, String sign, double limit, double reached) {
        boolean known() {
            return !Double.isNaN(reached);
        }

        boolean met() {
            return sign.equals("≥") ? reached >= limit : reached <= limit;
        }
    }

    private final Map<Contestant, Figures> figures;
    private final List<Target> all = new ArrayList<>();

    private Targets(Map<Contestant, Figures> figures) {
        this.figures = figures;
    }

    static List<Target> of(Map<Contestant, Figures> figures, @Nullable Alone alone) {
        Targets targets = new Targets(figures);
        targets.beside();
        targets.absolute();
        if (alone != null) {
            targets.alone(alone);
        }
        return List.copyOf(targets.all);
    }

    private void beside() {
        times(Metric.DRAIN, GRAPHILE_WORKER, 3);
        times(Metric.DRAIN, PG_BOSS, 3.5);
        times(Metric.DRAIN, DB_SCHEDULER, 15);
        times(Metric.DRAIN, JOBRUNR, 50);
        times(Metric.DRAIN_SINGLES, GRAPHILE_WORKER, 1.5);
        times(Metric.BULK, DB_SCHEDULER, 2);
        times(Metric.ONE_BY_ONE_16, DB_SCHEDULER, 2);
        times(Metric.ONE_BY_ONE_DRAINING, DB_SCHEDULER, 1.2);
        times(Metric.STEPS, DBOS, 5);
    }

    private void absolute() {
        most(Metric.P50_100, 0.7);
        most(Metric.P99_100, 2.5);
        most(Metric.P99_REMOTE, 4);
        most(Metric.P99_2000, 4);
        most(Metric.LEFT_2000, 0);
        most(Metric.IDLE, 1);
        most(Metric.CONNECTIONS, 5);
        most(Metric.WAL_BULK, 900);
        most(Metric.WAL_SINGLES, 1_300);
    }

    private void alone(Alone alone) {
        share(alone, Case.TWO_NODES, Case.ONE_NODE, 0.9);
        share(alone, Case.FOUR_NODES, Case.ONE_NODE, 0.8);
        share(alone, Case.OPEN_TRANSACTION, Case.NO_TRANSACTION, 0.9);
        share(alone, Case.FULL, Case.EMPTY, 0.9);
    }

    private void times(Metric metric, Contestant other, double limit) {
        String title = metric.title().replace(", runs/s", "") + " / " + other.title();
        all.add(new Target(title, "≥", limit, ratio(median(ERRAND, metric), median(other, metric))));
    }

    private void most(Metric metric, double limit) {
        all.add(new Target(metric.title(), "≤", limit, median(ERRAND, metric).orElse(Double.NaN)));
    }

    private void share(Alone alone, Case what, Case of, double limit) {
        all.add(new Target(what.title() + " / " + of.title(), "≥", limit, ratio(alone.median(what), alone.median(of))));
    }

    private OptionalDouble median(Contestant contestant, Metric metric) {
        Figures those = figures.get(contestant);
        return those == null ? OptionalDouble.empty() : those.median(metric);
    }

    private static double ratio(OptionalDouble a, OptionalDouble b) {
        return a.isPresent() && b.isPresent() ? a.getAsDouble() / b.getAsDouble() : Double.NaN;
    }
}
