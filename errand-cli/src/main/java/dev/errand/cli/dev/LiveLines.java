package dev.errand.cli.dev;

import dev.errand.Errand;
import dev.errand.ErrandException;
import dev.errand.Event;
import dev.errand.Failure;
import dev.errand.RunInfo;
import dev.errand.RunState;
import dev.errand.cli.console.Console;
import dev.errand.cli.console.JsonText;
import dev.errand.cli.console.OneLine;
import dev.errand.cli.console.Times;
import dev.errand.scripts.Diagnostic;
import dev.errand.scripts.FolderEvent;

/** What happens, a line for each: runs that change their state, files that are loaded or broken. Any thread. */
final class LiveLines {
    private static final int REASON = 200;

    private final Console console;
    private final Errand errand;
    private final boolean json;
    private final Times times = new Times();

    LiveLines(Console console, Errand errand, boolean json) {
        this.console = console;
        this.errand = errand;
        this.json = json;
    }

    void print(Event event) {
        if (json) {
            line(JsonText.line(event));
            return;
        }
        RunState state = event.to();
        if (state != null) {
            line("%s  %s  %-20s %-9s %s"
                    .formatted(times.clock(event.at()), event.run(), event.task(), state, details(event, state))
                    .stripTrailing());
        }
    }

    /** How long it took and why it failed, for states that have something to tell. */
    private String details(Event event, RunState state) {
        if (!state.isTerminal() && state != RunState.RETRYING) {
            return "";
        }
        try {
            RunInfo run = errand.run(event.run()).info();
            String took = run.startedAt() == null ? "" : times.span(run.startedAt(), event.at());
            Failure failure = run.failure();
            String reason = failure != null ? failure.summary() : run.reason() == null ? "" : run.reason();
            return "%-8s %s".formatted(took, OneLine.of(reason, REASON));
        } catch (ErrandException purgedMeanwhile) {
            return "";
        }
    }

    void print(FolderEvent event) {
        if (json) {
            line(JsonText.line(event));
            return;
        }
        switch (event) {
            case FolderEvent.Loaded(var file, var tasks) ->
                line("%s loaded: %s".formatted(file, String.join(", ", tasks)));
            case FolderEvent.Reloaded(var file, var tasks, var took) ->
                line("%s reloaded in %s: %s".formatted(file, Times.rounded(took), String.join(", ", tasks)));
            case FolderEvent.Withdrawn(var file, var tasks) ->
                line("%s withdrawn: %s".formatted(file, String.join(", ", tasks)));
            case FolderEvent.Broken(var file, var diagnostics) ->
                diagnostics.stream().map(Diagnostic::toString).forEach(this::line);
        }
    }

    private synchronized void line(String text) {
        console.line(text);
        console.flush();
    }
}
