package dev.errand.cli.console;

import dev.errand.Errand;
import dev.errand.LogLine;
import dev.errand.Run;
import java.util.List;
import java.util.function.Predicate;

/** Hands on a run's log lines as they come. */
public final class LogFollower {
    private final Watch watch;
    private final Run<?> run;
    private final Predicate<LogLine> reader;
    private long position;

    /** @param reader answers whether it wants more */
    public LogFollower(Errand errand, Run<?> run, Predicate<LogLine> reader) {
        this.watch = new Watch(errand, run);
        this.run = run;
        this.reader = reader;
    }

    /** Until the run has ended or the reader has enough. */
    public void untilEnd() throws InterruptedException {
        watch.untilEnd(this::read);
    }

    /** Reads what has come since; answers whether the reader wants more. */
    public boolean read() {
        List<LogLine> lines;
        do {
            lines = run.log(position);
            for (LogLine line : lines) {
                position = line.position();
                if (!reader.test(line)) {
                    return false;
                }
            }
        } while (!lines.isEmpty());
        return true;
    }
}
