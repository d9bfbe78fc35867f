package dev.errand.compare;

import dev.errand.compare.Trial.Runs;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import tools.jackson.databind.JsonNode;

/**
 * How soon a run starts after its trigger, and what an engine does that has nothing to do. Triggers come by a timetable that does
 * not care how the engine keeps up, and the time counts from the timetable, so a late trigger is charged for its delay.
 */
final class Responsiveness {
    private static final int WARM_UP_SECONDS = 3;
    /** So late may a connection that rests tell the server's statistics what it did. */
    private static final int STATISTICS_SECONDS = 11;

    /** Long enough for what is done once a minute. */
    private static final int IDLE_SECONDS = 60;

    private final Stage stage;
    private final Trial trial;
    private final Figures figures;
    private final int seconds;

    private Responsiveness(Stage stage, Trial trial, Figures figures) {
        this.stage = stage;
        this.trial = trial;
        this.figures = figures;
        this.seconds = stage.options().seconds();
    }

    static void measure(Stage stage, Contestant contestant, Figures figures) {
        try (Trial trial = stage.enter(contestant)) {
            trial.warmUp(figures);
            Responsiveness responsiveness = new Responsiveness(stage, trial, figures);
            responsiveness.idle();
            responsiveness.steady(trial.child(), Metric.P50_100, Metric.P99_100);
            responsiveness.steady(trial.anotherToTrigger(), Metric.P50_REMOTE, Metric.P99_REMOTE);
            responsiveness.busy();
        }
    }

    private void idle() {
        trial.ask("work", trial.runs(0));
        pass(STATISTICS_SECONDS);
        double before = stage.server().transactions(trial.url());
        pass(IDLE_SECONDS);
        figures.add(Metric.IDLE, (stage.server().transactions(trial.url()) - before) / IDLE_SECONDS);
        figures.add(Metric.CONNECTIONS, stage.server().connections(trial.url()));
        trial.child().ask("rest");
    }

    private void steady(Child triggers, Metric p50, Metric p99) {
        JsonNode answer = latency(triggers, 100);
        figures.verified(
                answer.get("left").asInt() > 0 || answer.get("verified").asBoolean());
        if (answer.get("left").asInt() == 0) {
            figures.add(p50, answer.get("p50").asDouble());
            figures.add(p99, answer.get("p99").asDouble());
        }
        trial.child().ask("rest");
    }

    /** Last, since not everybody gets to the end of it. */
    private void busy() {
        JsonNode answer = latency(trial.child(), 2_000);
        int left = answer.get("left").asInt();
        figures.add(Metric.LEFT_2000, left);
        if (left == 0) {
            figures.verified(answer.get("verified").asBoolean());
            figures.add(Metric.P50_2000, answer.get("p50").asDouble());
            figures.add(Metric.P99_2000, answer.get("p99").asDouble());
        }
    }

    private JsonNode latency(Child triggers, int perSecond) {
        Runs runs = trial.runs((WARM_UP_SECONDS + seconds) * perSecond);
        trial.ask("work", runs);
        // All processes of a machine have this clock in common on Linux.
        long firstAt = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(500);
        long lastAt = firstAt + runs.count() * (TimeUnit.SECONDS.toNanos(1) / perSecond);
        Map<String, Object> timetable = Trial.details(
                runs,
                "perSecond",
                perSecond,
                "firstAt",
                firstAt,
                "skip",
                WARM_UP_SECONDS * perSecond,
                "deadline",
                lastAt + TimeUnit.MILLISECONDS.toNanos(trial.contestant().patienceMillis()));
        triggers.ask("timetable", timetable);
        return trial.child().ask("latency", timetable);
    }

    private static void pass(int seconds) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        for (long left = end - System.nanoTime(); left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }
}
