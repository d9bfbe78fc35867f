package dev.errand.compare;

/** Runs whose bodies have ten steps, of the engines that have such. */
final class Steps {
    private static final int STEPS = 10;
    /** One of these is so much work that fewer do. */
    private static final int SHARE = 10;

    private Steps() {}

    static void measure(Stage stage, Contestant contestant, Figures figures) {
        int count = Math.max(contestant.runs(stage.options().runs()) / SHARE, 100);
        try (Trial trial = stage.enter(contestant)) {
            trial.drain(trial.bulk(count / 2), STEPS, figures);
            trial.drain(trial.bulk(count / 2), STEPS, figures);
            figures.add(Metric.STEPS, trial.drain(trial.bulk(count), STEPS, figures));
        }
    }
}
