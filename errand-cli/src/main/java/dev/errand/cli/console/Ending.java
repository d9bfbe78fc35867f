package dev.errand.cli.console;

import dev.errand.Durations;
import dev.errand.Failure;
import dev.errand.Json;
import dev.errand.Run;
import dev.errand.RunResult;
import dev.errand.RunState;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Tells how a run ended: its output on standard output, anything else in one line on standard error, and an exit code. */
public final class Ending {
    /** As long as makes no difference. */
    public static final Duration FOR_EVER = Duration.ofDays(36_500);

    private final Console console;
    private final boolean json;
    private final boolean verbose;

    public Ending(Console console, boolean json, boolean verbose) {
        this.console = console;
        this.json = json;
        this.verbose = verbose;
    }

    /**
     * Tells it and answers with the exit code.
     *
     * @param waited how long the wait was to last, for runs that have not ended
     */
    public int tell(Run<Json> run, RunResult<Json> result, Duration waited) {
        if (json) {
            console.json(run.info());
        }
        switch (result) {
            case RunResult.Completed<Json>(var id, var output) -> completed(output);
            case RunResult.Unsuccessful<Json> end -> unsuccessful(run, end);
            case RunResult.Unfinished<Json>(var id, var state) ->
                console.error("%s has not ended within %s; it is %s and goes on"
                        .formatted(id, Durations.print(waited), state));
        }
        return Exit.of(result.state());
    }

    private void completed(Json output) {
        if (!json && !output.isNull()) {
            console.line(JsonText.plain(output));
        }
    }

    private void unsuccessful(Run<Json> run, RunResult.Unsuccessful<Json> end) {
        Failure failure = end.failure();
        console.error("%s %s: %s".formatted(run.info().task(), words(end.state()), OneLine.of(reason(end, failure))));
        if (verbose && failure != null) {
            OwnFrames.of(failure.stack()).forEach(console::note);
        }
    }

    private static String reason(RunResult.Unsuccessful<Json> end, @Nullable Failure failure) {
        return failure == null ? end.reason() : failure.summary();
    }

    private static String words(RunState state) {
        return switch (state) {
            case TIMED_OUT -> "timed out";
            case CANCELED -> "was canceled";
            default -> state.name().toLowerCase(Locale.ROOT);
        };
    }
}
