package dev.errand.cli.runs;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.errand.Attempt;
import dev.errand.Json;
import dev.errand.Run;
import dev.errand.RunInfo;
import dev.errand.Step;
import dev.errand.cli.console.Console;
import dev.errand.cli.console.Exit;
import java.util.List;
import picocli.CommandLine.Command;

/** Shows all there is to know of a run. */
@Command(name = "show", description = "Show a run, its attempts and its steps.")
public final class RunsShow extends OneRun {
    public RunsShow(Console console) {
        super(console);
    }

    @Override
    int run(Run<Json> run) {
        RunInfo info = run.info();
        List<Attempt> attempts = run.attempts();
        List<Step> steps = run.steps();
        if (json) {
            console.json(new Shown(info, attempts, steps, run.emitted()));
        } else {
            new RunText(info, attempts, steps, verbose).lines().forEach(console::line);
        }
        return Exit.OK;
    }

    /** What {@code --json} prints: the run's own fields, its attempts and steps, what it emitted. */
    record Shown(@JsonUnwrapped RunInfo run, List<Attempt> attempts, List<Step> steps, List<Json> emitted) {}
}
