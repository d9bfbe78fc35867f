package dev.errand.cli.console;

import dev.errand.Progress;

/** How far a run has come, drawn. */
public final class ProgressBar {
    private ProgressBar() {}

    /** A bar so wide with its numbers; only a number where the total is unknown. */
    public static String of(Progress progress, int width) {
        if (progress.total() <= 0) {
            return Long.toString(progress.done());
        }
        double part = Math.min(1, (double) progress.done() / progress.total());
        int full = (int) (part * width);
        return "%s%s %d/%d".formatted("█".repeat(full), "░".repeat(width - full), progress.done(), progress.total());
    }
}
