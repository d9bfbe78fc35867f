package dev.errand.cli.run;

import dev.errand.Errand;
import dev.errand.Failure;
import dev.errand.Json;
import dev.errand.LogLine;
import dev.errand.Progress;
import dev.errand.Run;
import dev.errand.RunInfo;
import dev.errand.RunState;
import dev.errand.cli.console.Console;
import dev.errand.cli.console.LogFollower;
import dev.errand.cli.console.OneLine;
import dev.errand.cli.console.ProgressBar;
import dev.errand.cli.console.Times;
import dev.errand.cli.console.Watch;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.Level;

/** A run while it runs, on standard error: its log, its retries, and on a terminal a bar that shows how far it is. */
public final class LiveRun {
    private static final String CLEAR = "\r\033[K";
    private static final int BAR = 30;

    private final Console console;
    private final Watch watch;
    private final Run<Json> run;
    private final LogFollower log;
    private int told;
    private boolean bar;

    public LiveRun(Console console, Errand errand, Run<Json> run) {
        this.console = console;
        this.watch = new Watch(errand, run);
        this.run = run;
        this.log = new LogFollower(errand, run, this::print);
    }

    void untilEnd() throws InterruptedException {
        untilEnd(() -> {});
    }

    /**
     * Shows it until it has ended.
     *
     * @param look called whenever something may have happened to it, a last time after its end
     */
    public void untilEnd(Runnable look) throws InterruptedException {
        watch.untilEnd(() -> {
            boolean more = look();
            look.run();
            return more;
        });
        clear();
    }

    private boolean look() {
        log.read();
        RunInfo info = run.info();
        if (info.state() == RunState.RETRYING && info.attempt() > told) {
            told = info.attempt();
            retrying(info);
        }
        if (console.errIsTerminal() && !info.state().isTerminal()) {
            draw(info.progress());
        }
        return true;
    }

    private boolean print(LogLine line) {
        clear();
        console.note(line.level() == Level.INFO ? line.message() : line.level() + " " + line.message());
        return true;
    }

    private void retrying(RunInfo info) {
        clear();
        Failure failure = info.failure();
        Instant due = info.dueAt() == null ? Instant.now() : info.dueAt();
        console.note("attempt %d failed: %s; next in %s"
                .formatted(
                        info.attempt(),
                        failure == null ? "" : OneLine.of(failure.summary(), 500),
                        Times.rounded(Duration.between(Instant.now(), due))));
    }

    private void draw(@Nullable Progress progress) {
        if (progress != null) {
            bar = true;
            console.err().print(CLEAR + ProgressBar.of(progress, BAR));
            console.err().flush();
        }
    }

    private void clear() {
        if (bar) {
            bar = false;
            console.err().print(CLEAR);
        }
    }
}
